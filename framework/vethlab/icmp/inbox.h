// private
#pragma once

#include <vethlab/icmp/echo.h>

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>

namespace vethlab::icmp {

// Room for what raw ICMP sockets received, several packets a system call.
class Inbox {
 public:
  Inbox();

  // Takes what the socket has, without waiting: how many packets, kMost if there may be more.
  std::size_t fetch(int socket, Family family);
  static constexpr std::size_t kMost = 8;

  // The i-th of those that fetch() took last.
  [[nodiscard]] Seen read(std::size_t i);

 private:
  static constexpr std::size_t kWhole = 1 << 16;  // no packet is larger

  struct Room {
    alignas(cmsghdr) std::array<char, 64> control;
    sockaddr_storage from;
    iovec data;
  };
  std::array<Room, kMost> rooms_{};
  std::array<mmsghdr, kMost> messages_{};
  std::unique_ptr<std::uint8_t[]> bytes_;
  Family family_ = Family::kIpv4;
};

}  // namespace vethlab::icmp
