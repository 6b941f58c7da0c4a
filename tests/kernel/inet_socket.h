#pragma once

#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace vethlab {

// A TCP or UDP socket of a node, used from the test process; each wait ends after a second.
class InetSocket {
 public:
  InetSocket(const Node& node, int type, Family family = Family::kIpv4)
      : fd_(node.socket(family == Family::kIpv4 ? AF_INET : AF_INET6, type)) {}

  void bind(const IpAddress& address, std::uint16_t port) {
    const Name name(address, port);
    must(::bind(fd_.get(), name.get(), name.size), "bind");
  }
  void listen(const IpAddress& address, std::uint16_t port) {
    bind(address, port);
    must(::listen(fd_.get(), 8), "listen");
  }
  // 0, or the errno; ETIMEDOUT after a second.
  [[nodiscard]] int connect(const IpAddress& address, std::uint16_t port) {
    const Name name(address, port);
    ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
    if (::connect(fd_.get(), name.get(), name.size) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!ready(POLLOUT)) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
  void send(std::string_view text) {
    must(static_cast<int>(::send(fd_.get(), text.data(), text.size(), 0)), "send");
  }
  void answer(std::string_view text) {
    must(
        static_cast<int>(::sendto(fd_.get(), text.data(), text.size(), 0, last_.get(), last_.size)),
        "sendto");
  }
  // Who sent the next datagram, and who made the next connection. 0.0.0.0: nobody, for a second.
  IpAddress sender() {
    char byte = 0;
    if (!ready(POLLIN)) return {};
    must(static_cast<int>(::recvfrom(fd_.get(), &byte, 1, 0, last_.get(), &last_.size)),
         "recvfrom");
    return last_.address();
  }
  IpAddress accepted() {
    if (!ready(POLLIN)) return {};
    const UniqueFd connection(::accept4(fd_.get(), last_.get(), &last_.size, SOCK_CLOEXEC));
    must(connection.get(), "accept");
    return last_.address();
  }

 private:
  struct Name {
    Name() = default;
    Name(const IpAddress& address, std::uint16_t port) {
      const auto bytes = address.bytes();
      if (address.family() == Family::kIpv4) {
        auto* const v4 = reinterpret_cast<sockaddr_in*>(&storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        std::ranges::copy(bytes, reinterpret_cast<std::uint8_t*>(&v4->sin_addr));
        size = sizeof *v4;
      } else {
        auto* const v6 = reinterpret_cast<sockaddr_in6*>(&storage);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        std::ranges::copy(bytes, v6->sin6_addr.s6_addr);
        size = sizeof *v6;
      }
    }
    [[nodiscard]] const sockaddr* get() const {
      return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] IpAddress address() const {
      char text[INET6_ADDRSTRLEN] = "";
      const bool v4 = storage.ss_family == AF_INET;
      const void* const from =
          v4 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr)
             : &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr;
      ::inet_ntop(storage.ss_family, from, text, sizeof text);
      return IpAddress::parse(text);
    }
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);
  };

  [[nodiscard]] bool ready(short events) const {
    pollfd wait{fd_.get(), events, 0};
    return ::poll(&wait, 1, 1000) == 1;
  }
  static void must(int result, const char* call) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), call);
  }

  UniqueFd fd_;
  Name last_;
};

}  // namespace vethlab
