#include <vethlab/base/prefix.h>

#include <vethlab/base/errors.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ostream>

namespace vethlab {
namespace {

int longest(const IpAddress& address) { return static_cast<int>(address.bytes().size()) * 8; }

}  // namespace

Prefix::Prefix(IpAddress address, int length, Caller caller) : address_(address), length_(length) {
  if (length < 0 || length > longest(address))
    throw_bad_argument(caller, fmt::format("\"{}/{}\": the prefix length must be 0 to {}",
                                           address.text(), length, longest(address)));
}

Prefix Prefix::parse(std::string_view text, Caller caller) {
  if (text == "default") return {};
  const std::size_t slash = text.find('/');
  const auto refuse = [&](std::string_view why) {
    throw_bad_argument(caller, fmt::format("\"{}\" is not a prefix: {}", text, why));
  };
  IpAddress address;
  try {
    address = IpAddress::parse(text.substr(0, slash));
  } catch (const std::invalid_argument&) {
    refuse(fmt::format("\"{}\" is not an IPv4 or IPv6 address", text.substr(0, slash)));
  }
  if (slash == std::string_view::npos) return host(address);

  const std::string_view digits = text.substr(slash + 1);
  int length = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.front() == '-')
    refuse(fmt::format("the length after '/' must be a number from 0 to {}", longest(address)));
  if (length > longest(address))
    refuse(fmt::format("its length must be 0 to {}", longest(address)));
  return {address, length};
}

Prefix Prefix::any(Family family) {
  return {family == Family::kIpv4 ? IpAddress("0.0.0.0") : IpAddress("::"), 0};
}

Prefix Prefix::host(IpAddress address) { return {address, longest(address)}; }

Prefix Prefix::masked() const {
  std::array<std::uint8_t, 16> bytes{};
  std::ranges::copy(address_.bytes(), bytes.begin());
  for (int bit = length_; bit < longest(address_); ++bit) {
    auto& byte = bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80U >> (bit % 8)));
  }
  return {IpAddress::from_bytes(std::span(bytes).first(address_.bytes().size())), length_};
}

bool Prefix::contains(const IpAddress& address) const {
  return address.family() == family() && Prefix(address, length_).masked() == masked();
}

std::string Prefix::text() const { return fmt::format("{}/{}", address_.text(), length_); }

std::ostream& operator<<(std::ostream& os, const Prefix& prefix) { return os << prefix.text(); }

}  // namespace vethlab
