// private
#pragma once

#include <vethlab/base/ip_address.h>

#include <sys/socket.h>

#include <cstdint>

namespace vethlab {

// An address as socket calls take it and give it (ip(7), ipv6(7)).
struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }

  // What it says; an IPv4 address that an IPv6 socket has seen (::ffff:10.0.0.1) is IPv4.
  [[nodiscard]] IpAddress address() const;  // 0.0.0.0 where it is neither
  [[nodiscard]] std::uint16_t port() const;
};

// `scope`: index of the interface of a link-local address; 0: none.
SocketAddress socket_address(const IpAddress& address, std::uint16_t port, int scope = 0);

}  // namespace vethlab
