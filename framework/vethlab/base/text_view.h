#pragma once

#include <concepts>
#include <string_view>

namespace vethlab {

template <class S>
concept Text = std::convertible_to<const S&, std::string_view>;

// Text given to a verb. Not a plain std::string_view: that (and std::string) is silently made from
// *two* literals, so {"ip", "route"} or a forgotten name would compile and read wild memory.
class TextView {
 public:
  TextView() = default;
  template <Text S>
  TextView(const S& text) : text_(text) {}             // NOLINT(google-explicit-constructor)
  operator std::string_view() const { return text_; }  // NOLINT(google-explicit-constructor)

 private:
  std::string_view text_;
};

}  // namespace vethlab
