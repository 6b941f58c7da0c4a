#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/text_view.h>

#include <array>
#include <compare>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace vethlab {

enum class Family : std::uint8_t { kIpv4 = 4, kIpv6 = 6 };
std::ostream& operator<<(std::ostream& os, Family family);  // "IPv4", "IPv6"

// An IPv4 or IPv6 address. From text implicitly, so that tests can say "10.0.0.1"; anything else
// throws std::invalid_argument with the caller's line and the text. Accepts what inet_pton(3) does:
// no zone, no prefix length, no leading zeros. Prints as inet_ntop(3) (RFC 5952).
class IpAddress {
 public:
  IpAddress() = default;  // 0.0.0.0
  template <Text S>
  IpAddress(const S& text, Caller caller = Caller::here())  // NOLINT(google-explicit-constructor)
      : IpAddress(parse(text, caller)) {}

  static IpAddress parse(std::string_view text, Caller caller = Caller::here());
  static IpAddress from_bytes(std::span<const std::uint8_t> bytes);  // 4 or 16, network byte order

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const {  // network byte order
    return std::span(bytes_).first(family_ == Family::kIpv4 ? 4 : 16);
  }
  [[nodiscard]] bool is_link_local() const;  // fe80::/10; never true for IPv4
  [[nodiscard]] std::string text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
  friend std::ostream& operator<<(std::ostream& os, const IpAddress& address);

 private:
  Family family_ = Family::kIpv4;
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace vethlab
