#pragma once

#include <vethlab/base/ip_address.h>

#include <iosfwd>
#include <string>
#include <string_view>

namespace vethlab {

// "172.18.0.11/16": an address and a prefix length. Host bits are kept (an interface's address has
// them); masked() drops them. An address alone is a /32 or /128, as in `ip`. "default" is the
// prefix of length 0; it takes the family of what it is used with (a route's gateway), else IPv4.
// Anything else throws std::invalid_argument with the caller's line and the text.
class Prefix {
 public:
  Prefix() = default;  // 0.0.0.0/0
  Prefix(IpAddress address, int length, Caller caller = Caller::here());
  template <Text S>
  Prefix(const S& text, Caller caller = Caller::here())  // NOLINT(google-explicit-constructor)
      : Prefix(parse(text, caller)) {}

  static Prefix parse(std::string_view text, Caller caller = Caller::here());
  static Prefix any(Family family);       // 0.0.0.0/0 or ::/0
  static Prefix host(IpAddress address);  // /32 or /128

  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] Family family() const { return address_.family(); }
  [[nodiscard]] int length() const { return length_; }
  [[nodiscard]] Prefix masked() const;
  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Prefix&, const Prefix&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Prefix& prefix);

 private:
  IpAddress address_;
  int length_ = 0;
};

}  // namespace vethlab
