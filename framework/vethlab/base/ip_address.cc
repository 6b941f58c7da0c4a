#include <vethlab/base/ip_address.h>

#include <vethlab/base/errors.h>

#include <arpa/inet.h>

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, Family family) {
  return os << (family == Family::kIpv4 ? "IPv4" : "IPv6");
}

IpAddress IpAddress::parse(std::string_view text, Caller caller) {
  const std::string terminated(
      text);  // inet_pton wants a C string; an embedded NUL must not end it
  IpAddress address;
  if (terminated.find('\0') == std::string::npos) {
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data()) == 1) return address;
    address.family_ = Family::kIpv6;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  }
  throw_bad_argument(caller, fmt::format("\"{}\" is not an IPv4 or IPv6 address", text));
}

IpAddress IpAddress::from_bytes(std::span<const std::uint8_t> bytes) {
  IpAddress address;
  address.family_ = bytes.size() == 4 ? Family::kIpv4 : Family::kIpv6;
  std::copy_n(bytes.begin(), std::min<std::size_t>(bytes.size(), 16), address.bytes_.begin());
  return address;
}

bool IpAddress::is_link_local() const {
  return family_ == Family::kIpv6 && bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family_ == Family::kIpv4 ? AF_INET : AF_INET6, bytes_.data(), text.data(),
              text.size());
  return text.data();
}

std::ostream& operator<<(std::ostream& os, const IpAddress& address) {
  return os << address.text();
}

}  // namespace vethlab
