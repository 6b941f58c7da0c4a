#include <vethlab/netlink/convert.h>

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

std::span<const std::uint8_t> bytes_of(const nl_addr* address) {
  return {static_cast<const std::uint8_t*>(nl_addr_get_binary_addr(address)),
          nl_addr_get_len(address)};
}

bool is_ip(const nl_addr* address) {
  return address != nullptr && (nl_addr_get_len(address) == 4 || nl_addr_get_len(address) == 16);
}

}  // namespace

int address_family(Family family) { return family == Family::kIpv4 ? AF_INET : AF_INET6; }

NlAddress to_nl(const IpAddress& address) { return to_nl(Prefix::host(address)); }

NlAddress to_nl(const Prefix& prefix) {
  const auto bytes = prefix.address().bytes();
  NlAddress result(nl_addr_build(address_family(prefix.family()), bytes.data(), bytes.size()));
  nl_addr_set_prefixlen(result.get(), prefix.length());
  return result;
}

std::optional<IpAddress> address_of(const nl_addr* address) {
  if (!is_ip(address)) return std::nullopt;
  return IpAddress::from_bytes(bytes_of(address));
}

std::optional<Prefix> prefix_of(const nl_addr* address) {
  if (address == nullptr) return std::nullopt;
  if (!is_ip(address)) {  // libnl's form of a default route: a family and no bytes
    const int family = nl_addr_get_family(address);
    return Prefix::any(family == AF_INET6 ? Family::kIpv6 : Family::kIpv4);
  }
  return Prefix(*address_of(address), static_cast<int>(nl_addr_get_prefixlen(address)));
}

std::string mac_text(const nl_addr* address) {
  std::string text;
  if (address == nullptr) return text;
  for (const std::uint8_t byte : bytes_of(address))
    text += fmt::format("{}{:02x}", text.empty() ? "" : ":", byte);
  return text;
}

bool is_mac(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != ':' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  return true;
}

NlAddress mac_to_nl(const std::string& mac) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < mac.size(); i += 3)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(mac.substr(i, 2), nullptr, 16)));
  return NlAddress(nl_addr_build(AF_LLC, bytes.data(), bytes.size()));
}

}  // namespace vethlab::netlink
