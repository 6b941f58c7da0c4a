#include <vethlab/lab/route_checks.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/names.h>
#include <vethlab/netlink/words.h>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

class Refuser {
 public:
  Refuser(std::string_view where, Caller caller) : where_(where), caller_(caller) {}
  [[noreturn]] void operator()(std::string_view what) const {
    throw_bad_argument(caller_, fmt::format("{}: {}", where_, what));
  }
  void no_host_bits(const char* field, const Prefix& prefix) const {
    if (prefix.masked() == prefix) return;
    (*this)(fmt::format("{} {} has host bits set: the network is {}", field, prefix.text(),
                        prefix.masked().text()));
  }
  void word(const char* field, std::string_view value, bool known, const std::string& all) const {
    if (!known) (*this)(fmt::format("{} \"{}\" is none of {}", field, value, all));
  }

 private:
  std::string_view where_;
  Caller caller_;
};

void check_hop(const Refuser& refuse, const NextHop& hop) {
  if (!hop.via && hop.dev.empty()) refuse("a next hop has neither via nor dev");
  if (hop.weight < 1 || hop.weight > 256)
    refuse(fmt::format("weight {} of a next hop is not 1 to 256", hop.weight));
}

}  // namespace

Route checked_route(Route route, std::string_view where, Caller caller) {
  const Refuser refuse(where, caller);
  const std::optional<IpAddress> via =
      !route.nexthops.empty() ? route.nexthops.front().via : route.via;
  if (route.to == Prefix::any(Family::kIpv4) && via && via->family() == Family::kIpv6)
    route.to = Prefix::any(Family::kIpv6);
  refuse.no_host_bits("to", route.to);
  refuse.word("type", route.type, netlink::route_type_number(route.type).has_value(),
              netlink::route_type_names());
  if (!route.scope.empty())
    refuse.word("scope", route.scope, netlink::scope_number(route.scope).has_value(),
                netlink::scope_names());
  if (route.table < 1) refuse(fmt::format("table {} is not 1 or more", route.table));
  if (route.via && route.via->family() != route.to.family() && route.to.family() == Family::kIpv6)
    refuse(fmt::format("via {} is not of the family of {}", route.via->text(), route.to.text()));
  if (route.src && route.src->family() != route.to.family())
    refuse(fmt::format("src {} is not of the family of {}", route.src->text(), route.to.text()));
  if (!route.nexthops.empty() && (route.via || !route.dev.empty()))
    refuse("give either via and dev, or nexthops");
  for (const NextHop& hop : route.nexthops) check_hop(refuse, hop);
  return route;
}

Rule checked_rule(Rule rule, std::string_view where, Caller caller) {
  const Refuser refuse(where, caller);
  for (const auto& [field, prefix] : {std::pair{"from", rule.from}, std::pair{"to", rule.to}}) {
    if (!prefix) continue;
    refuse.no_host_bits(field, *prefix);
    if (prefix->family() == Family::kIpv6) rule.family = Family::kIpv6;
  }
  for (const auto& [field, prefix] : {std::pair{"from", rule.from}, std::pair{"to", rule.to}}) {
    if (prefix && prefix->family() != rule.family)
      refuse(fmt::format("{} {} is not of the rule's family", field, prefix->text()));
  }
  refuse.word("action", rule.action, netlink::rule_action_number(rule.action).has_value(),
              netlink::rule_action_names());
  return rule;
}

void check_neighbour(const Neighbour& neighbour, Caller caller) {
  const Refuser refuse("add_neighbour", caller);
  check_mac(neighbour.lladdr, "add_neighbour", caller);
  if (!neighbour.state.empty())
    refuse.word("state", neighbour.state,
                netlink::neighbour_state_number(neighbour.state).has_value(),
                netlink::neighbour_state_names());
}

}  // namespace vethlab::internal
