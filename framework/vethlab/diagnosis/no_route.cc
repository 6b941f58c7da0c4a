#include <vethlab/diagnosis/routing.h>

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

// Of an address that a node has on an interface which is down, or has no carrier: the network is not
// there.
Finding network_that_is_down(Facts& facts, const Node& node, const Flow& flow) {
  for (const InterfaceAddress& each : facts.addresses(node)) {
    if (!each.address.contains(flow.to)) continue;
    const auto link = facts.link(node, each.dev);
    if (!link || link->up) continue;
    return {fmt::format("{}'s {}, which is on {}, is down", node.name(), each.dev,
                        each.address.masked().text()),
            {},
            &node,
            each.dev};
  }
  return {};
}

// All that a node knew by an interface went with it when it was set down: of the only one that it has.
Finding interface_that_is_down(Facts& facts, const Node& node, const Flow& flow) {
  const auto other = [&](const Link& link) { return link.up && link.name != "lo"; };
  if (std::ranges::any_of(facts.links(node), other)) return {};
  for (const InterfaceAddress& each : facts.addresses(node)) {
    const auto link = facts.link(node, each.dev);
    if (!link || link->up || link->name == "lo" || each.address.family() != flow.to.family())
      continue;
    return {fmt::format("{} has no route to {}: its {} ({}) is down, and has no routes therefore",
                        node.name(), flow.to.text(), each.dev, each.address.text()),
            {},
            &node,
            each.dev};
  }
  return {};
}

// An interface that is down may have had the route; which one it had cannot be seen.
std::vector<std::string> down_too(Facts& facts, const Node& node) {
  std::vector<std::string> lines;
  for (const Link& link : facts.links(node))
    if (!link.up && link.name != "lo")
      lines.push_back(
          fmt::format("{}'s {} is down, and has no routes therefore", node.name(), link.name));
  return lines;
}

bool has_address(Facts& facts, const Node& node, Family family) {
  return std::ranges::any_of(facts.addresses(node), [&](const InterfaceAddress& each) {
    return each.dev != "lo" && each.address.family() == family &&
           !each.address.address().is_link_local();
  });
}

// IPv6 that is off has no addresses: no network of its own.
Finding ipv6_that_is_off(Facts& facts, const Node& node, const Flow& flow) {
  if (flow.to.family() != Family::kIpv6 || has_address(facts, node, Family::kIpv6)) return {};
  for (const Link& link : facts.links(node)) {
    if (link.name == "lo" || !link.master.empty()) continue;
    const std::string name = "net.ipv6.conf." + link.name + ".disable_ipv6";
    if (facts.sysctl(node, name) != "1") continue;
    return {fmt::format("IPv6 is off on {}'s {} ({} = 1)", node.name(), link.name, name),
            {},
            &node,
            link.name};
  }
  return {};
}

// "10.0.1.0/24 and 10.0.9.0/24".
std::string networks(Facts& facts, const Node& node, Family family) {
  std::vector<std::string> known;
  for (const Route& route : facts.routes(node, family)) {
    if (route.table == kLocalTable || route.to.length() == 0 || route.type != "unicast") continue;
    if (family == Family::kIpv6 && (route.to.address().is_link_local() || route.dev == "lo"))
      continue;
    const std::string text = route.to.text();
    if (std::ranges::find(known, text) == known.end()) known.push_back(text);
  }
  constexpr std::size_t kMost = 4;
  if (known.empty()) return "none at all";
  if (known.size() > kMost)
    return fmt::format("{} and {} others", fmt::join(known.begin(), known.begin() + kMost, ", "),
                       known.size() - kMost);
  return fmt::format("{}", fmt::join(known, ", "));
}

}  // namespace

Finding no_route(Facts& facts, const Node& node, const Flow& flow) {
  const std::string to = flow.to.text();
  if (auto found = network_that_is_down(facts, node, flow)) return found;
  if (const auto rule = rule_met(facts, node, flow, "unreachable"))
    return {fmt::format("{}'s rule {} refuses it", node.name(), in_words(*rule)), {}, &node, {}};
  if (const auto thrown = best_route(facts, node, flow.to, "throw"))
    return {fmt::format(
                "{} has no route to {}: its throw route {} ends the search in that table, and no "
                "other table has one",
                node.name(), to, in_words(*thrown)),
            {},
            &node,
            {}};
  if (const auto there = best_route(facts, node, flow.to)) {
    if (const auto rule = rule_met(facts, node, flow))
      return {
          fmt::format("{} finds no route to {}: rule {} sends it to a table that has none, though "
                      "another has {}",
                      node.name(), to, in_words(*rule), in_words(*there)),
          {},
          &node,
          {}};
    if (there->table != kMainTable)
      return {
          fmt::format("{} finds no route to {}: table {} has {}, but none of its rules leads there",
                      node.name(), to, there->table, in_words(*there)),
          {},
          &node,
          {}};
    if (std::ranges::find(there->flags, "linkdown") != there->flags.end())
      return {fmt::format("{}'s route {} is dead: its interface has no carrier", node.name(),
                          in_words(*there)),
              {},
              &node,
              there->dev};
  }
  if (auto found = interface_that_is_down(facts, node, flow)) return found;
  if (auto found = ipv6_that_is_off(facts, node, flow)) return found;
  if (!has_address(facts, node, flow.to.family()))
    return {fmt::format("{} has no route to {}: it has no {} address", node.name(), to,
                        printed(flow.to.family())),
            {},
            &node,
            {}};
  return {fmt::format("{} has no route to {}, and no default route (its networks: {})", node.name(),
                      to, networks(facts, node, flow.to.family())),
          down_too(facts, node),
          &node,
          {}};
}

}  // namespace vethlab::diagnosis
