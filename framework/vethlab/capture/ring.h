// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/capture/filter.h>
#include <vethlab/capture/packet.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace vethlab::capture {

// One packet as the kernel gives it, its VLAN tag put back.
struct Record {
  std::vector<std::uint8_t> bytes = {};
  std::size_t length = 0;  // on the wire
  std::chrono::nanoseconds time{0};
  int ifindex = 0;
  LinkLayer link_layer = LinkLayer::kEthernet;
  Direction direction = Direction::kUnknown;
};

struct Losses {
  std::uint64_t lost = 0;  // packets for which there was no room
  std::uint64_t cut = 0;   // packets of which a part had no room, beside what the filter cuts off
};

// What passes an interface, kept by the kernel in a ring (packet(7), packet_mmap: TPACKET_V2) until it is
// asked for: no thread. A packet is there as soon as it has passed. (V3's blocks show theirs after a timer.)
class Ring {
 public:
  // `socket` is AF_PACKET, SOCK_RAW, protocol 0: it has got nothing yet. ifindex 0: all interfaces.
  // From here on packets that pass the filter are kept. Throws Refusal.
  Ring(UniqueFd socket, const Filter& filter, int ifindex, int packets);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring();

  // All that has come since the last time.
  void take(const std::function<void(Record)>& each);
  [[nodiscard]] Losses losses();
  [[nodiscard]] int fd() const { return fd_.get(); }  // readable: there is something to take

 private:
  Record record_of(const std::uint8_t* frame, std::uint32_t status);
  void fetch_whole(Record& record);

  UniqueFd fd_;
  std::size_t snaplen_;
  std::size_t frames_;
  std::uint8_t* memory_ = nullptr;
  std::size_t next_ = 0;
  std::unique_ptr<std::uint8_t[]> large_ = {};  // when first needed
  Losses losses_;
};

}  // namespace vethlab::capture
