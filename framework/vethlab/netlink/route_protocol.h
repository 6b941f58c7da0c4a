#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/text_view.h>

#include <iosfwd>
#include <string>
#include <string_view>

namespace vethlab {

// Who installed a route: "kernel", "static", "bgp" … as iproute2's rt_protos names them, or the
// number, 0 to 255, for a daemon's own. 0 is unspecified.
class RouteProtocol {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor)
  RouteProtocol(int number = 0, Caller caller = Caller::here());
  template <Text S>
  // NOLINTNEXTLINE(google-explicit-constructor)
  RouteProtocol(const S& name, Caller caller = Caller::here())
      : RouteProtocol(parse(name, caller)) {}
  static RouteProtocol parse(std::string_view name, Caller caller = Caller::here());

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] std::string text() const;

  friend bool operator==(const RouteProtocol&, const RouteProtocol&) = default;
  friend std::ostream& operator<<(std::ostream& os, const RouteProtocol& protocol);

 private:
  int number_;
};

}  // namespace vethlab
