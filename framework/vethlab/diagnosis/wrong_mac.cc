#include <vethlab/diagnosis/causes.h>

#include <algorithm>

#include <fmt/format.h>

namespace vethlab::diagnosis {

Finding tagged(Case& judged, const Sighting& last) {
  const Node& node = *last.node;
  const auto link = judged.facts.link(node, last.packet.dev);
  if (last.packet.vlan.value_or(0) == 0 || !link || !link->master.empty()) return {};
  if (std::ranges::any_of(judged.facts.links(node),
                          [](const Link& each) { return each.kind == "vlan"; }))
    return {};
  return {
      fmt::format("it comes to {}'s {} with the tag of VLAN {}, and {} has no interface for that",
                  node.name(), last.packet.dev, *last.packet.vlan, node.name()),
      {},
      &node,
      last.packet.dev};
}

Finding wrong_mac(Case& judged, const Sighting& last) {
  const auto link = judged.facts.link(*last.node, last.packet.dev);
  const std::string& mac = last.packet.dst_mac;
  if (!link || mac.empty() || mac == link->mac || link->kind == "bridge") return {};
  if (std::stoi(mac.substr(0, 2), nullptr, 16) & 1) return {};  // broadcast, multicast
  if (mac == last.packet.src_mac)
    for (const Node* const node : judged.facts.nodes())
      for (const Link& each : judged.facts.links(*node))
        if (each.mac == mac && std::ranges::find(each.flags, "NOARP") != each.flags.end())
          return {
              fmt::format("{} asks nobody for MAC addresses on {} (NOARP), and sends to its own",
                          node->name(), each.name),
              {},
              node,
              each.name};
  for (const Node* const node : judged.facts.nodes())
    for (const Neighbour& each : judged.facts.neighbours(*node)) {
      if (each.lladdr != mac) continue;
      const auto own = judged.facts.link(*node, each.dev);
      if (!own || own->mac != last.packet.src_mac) continue;
      const auto owner = judged.facts.owner(each.to, last.node);
      if (!owner || owner->node != last.node) continue;
      return {fmt::format("{} sends to a wrong MAC address: it has {} for {} ({}), {}'s {} has {}",
                          node->name(), mac, each.to.text(), each.state, last.node->name(),
                          last.packet.dev, link->mac),
              {},
              node,
              each.dev};
    }
  return {
      fmt::format("the frame that came to {}'s {} was for {}, which is not its MAC address ({})",
                  last.node->name(), last.packet.dev, mac, link->mac),
      {},
      last.node,
      last.packet.dev};
}

// An entry that was made by hand: one that was learnt has somebody who answers for that address.
Finding sent_to_another(Case& judged, const Sighting& last) {
  Facts& facts = judged.facts;
  const Packet& packet = last.packet;
  const auto is_there = [&](const Port& port) {
    return port.node == last.node && port.link.name == packet.dev;
  };
  for (const Node* const node : facts.nodes())
    for (const Neighbour& each : facts.neighbours(*node)) {
      if (each.lladdr != packet.dst_mac || (each.state != "PERMANENT" && each.state != "NOARP"))
        continue;
      const auto own = facts.link(*node, each.dev);
      if (!own || own->mac != packet.src_mac ||
          std::ranges::none_of(facts.segment(*node, each.dev), is_there))
        continue;
      const auto route = ask_kernel(*node, {.to = *packet.dst, .chosen = false}).route;
      if (!route || route->dev != each.dev || route->via.value_or(*packet.dst) != each.to) continue;
      const auto owner = facts.owner(each.to, last.node);
      if (!owner || owner->node == last.node) continue;
      const auto right = facts.link(*owner->node, owner->address.dev);
      return {
          fmt::format("{} sends to a wrong MAC address: it has {} for {} ({}), which is that of "
                      "{}'s {}; {}'s {} has {}",
                      node->name(), each.lladdr, each.to.text(), each.state, last.node->name(),
                      packet.dev, owner->node->name(), owner->address.dev,
                      right ? right->mac : "another"),
          {},
          node,
          each.dev};
    }
  return {};
}

}  // namespace vethlab::diagnosis
