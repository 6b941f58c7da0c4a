#include <vethlab/netlink/route_protocol.h>

#include <vethlab/base/errors.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ostream>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

// /etc/iproute2/rt_protos as it ships. Not read from the machine: the same words everywhere.
constexpr std::array<std::pair<int, std::string_view>, 22> kNames = {{
    {0, "unspec"},    {1, "redirect"}, {2, "kernel"}, {3, "boot"},   {4, "static"},
    {8, "gated"},     {9, "ra"},       {10, "mrt"},   {11, "zebra"}, {12, "bird"},
    {13, "dnrouted"}, {14, "xorp"},    {15, "ntk"},   {16, "dhcp"},  {18, "keepalived"},
    {42, "babel"},    {99, "openr"},   {186, "bgp"},  {187, "isis"}, {188, "ospf"},
    {189, "rip"},     {192, "eigrp"},
}};

}  // namespace

RouteProtocol::RouteProtocol(int number, Caller caller) : number_(number) {
  if (number < 0 || number > 255)
    throw_bad_argument(caller, fmt::format("route protocol {} is not 0 to 255", number));
}

RouteProtocol RouteProtocol::parse(std::string_view name, Caller caller) {
  const auto* const known = std::ranges::find(kNames, name, [](const auto& n) { return n.second; });
  if (known != kNames.end()) return {known->first, caller};
  int number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number < 0 || number > 255)
    throw_bad_argument(
        caller, fmt::format("\"{}\" is not a route protocol: a name as \"static\" or \"bgp\", or a "
                            "number from 0 to 255",
                            name));
  return {number, caller};
}

std::string RouteProtocol::text() const {
  const auto* const known =
      std::ranges::find(kNames, number_, [](const auto& n) { return n.first; });
  return known != kNames.end() ? std::string(known->second) : std::to_string(number_);
}

std::ostream& operator<<(std::ostream& os, const RouteProtocol& protocol) {
  return os << protocol.text();
}

}  // namespace vethlab
