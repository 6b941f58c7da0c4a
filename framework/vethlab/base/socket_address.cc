#include <vethlab/base/socket_address.h>

#include <netinet/in.h>

#include <cstring>
#include <span>

namespace vethlab {

IpAddress SocketAddress::address() const {
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    return IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4});
  }
  if (storage.ss_family != AF_INET6) return {};
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  const std::span<const std::uint8_t> bytes(v6.sin6_addr.s6_addr, 16);
  return IpAddress::from_bytes(IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) ? bytes.last(4) : bytes);
}

std::uint16_t SocketAddress::port() const {
  if (storage.ss_family == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
  if (storage.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  return 0;
}

SocketAddress socket_address(const IpAddress& address, std::uint16_t port, int scope) {
  SocketAddress result;
  const auto bytes = address.bytes();
  if (address.family() == Family::kIpv4) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(result.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
    result.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(result.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
    v6.sin6_scope_id = static_cast<std::uint32_t>(scope);
    result.size = sizeof v6;
  }
  return result;
}

}  // namespace vethlab
