#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/firewall.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

constexpr std::size_t kHeader = 14;  // Ethernet's

bool same_frame(const Packet& a, const Packet& b) {
  return a.bytes == b.bytes ||
         (a.arp_op && a.arp_op == b.arp_op && a.src == b.src && a.dst == b.dst);
}

// Where that frame was seen elsewhere, in the order of time.
const Sighting* at(const Case& judged, const Sighting& frame, const Node& node,
                   const std::string& dev, Direction direction) {
  for (const auto* list : {&judged.requests, &judged.answers, &judged.errors, &judged.resolutions})
    for (const Sighting& each : *list)
      if (each.node == &node && each.packet.dev == dev && each.packet.direction == direction &&
          same_frame(each.packet, frame.packet))
        return &each;
  return nullptr;
}

// An attribute of a bridge's port, as sysfs has it: "1".
std::string port_attribute(const Node& node, const std::string& dev, const std::string& name) {
  try {
    std::string text = node.exec({"cat", "/sys/class/net/" + dev + "/brport/" + name},
                                 {.timeout = std::chrono::seconds(2)})
                           .out;
    while (text.ends_with('\n')) text.pop_back();
    return text;
  } catch (const std::exception&) {
    return {};
  }
}

// Why a bridge that took a frame in by `in` did not put it out by `out`.
Finding not_bridged(Case& judged, const Sighting& arrived, const Link& in, const Link& out) {
  const Node& node = *arrived.node;
  Facts& facts = judged.facts;
  const std::string name = node.name();
  if (const auto bridge = facts.link(node, in.master); bridge && !bridge->up)
    return {fmt::format("{}'s bridge {} is down", name, in.master), {}, &node, in.master};
  if (!out.up) return {fmt::format("{}'s {} is down", name, out.name), {}, &node, out.name};
  if (Finding found = not_sent(judged, node, out.name)) return found;
  if (port_attribute(node, in.name, "isolated") == "1" &&
      port_attribute(node, out.name, "isolated") == "1")
    return {
        fmt::format("{} and {} are both isolated ports of {}'s {}: they do not reach each other",
                    in.name, out.name, name, in.master),
        {},
        &node,
        out.name};
  for (const Link* port : {&in, &out}) {
    const std::string state = port_attribute(node, port->name, "state");
    if (state.empty() || state == "3") continue;
    static constexpr const char* kStates[] = {"disabled", "listening", "learning", "forwarding",
                                              "blocking"};
    const auto number = static_cast<std::size_t>(state.front() - '0');
    return {fmt::format("{}'s port {} is {}", name, port->name,
                        number < 5 ? kStates[number] : "not forwarding"),
            {},
            &node,
            port->name};
  }
  if (Finding found = dropped_by_firewall(judged, node, &arrived)) return found;
  if (std::size_t(out.mtu) + kHeader < arrived.packet.length)
    return {fmt::format("{}'s port {} has an mtu of {}, and the packet has {} bytes", name,
                        out.name, out.mtu, arrived.packet.length - kHeader),
            {},
            &node,
            out.name};
  return {};
}

}  // namespace

Finding lost_on_link(Case& judged, const Sighting& last) {
  Facts& facts = judged.facts;
  const Node& node = *last.node;
  const auto link = facts.link(node, last.packet.dev);
  if (!link) return {};
  const auto end = facts.peer(node, *link);
  if (!end) return {};
  const Node& far = *end->node;
  if (!end->link.up)
    return {fmt::format("{}'s {} is down", far.name(), end->link.name), {}, &far, end->link.name};
  if (!link->up)
    return {fmt::format("{}'s {} is down", node.name(), link->name), {}, &node, link->name};
  const Sighting* const arrived = at(judged, last, far, end->link.name, Direction::kIn);
  if (arrived == nullptr) {
    if (last.packet.length > std::size_t(end->link.mtu) + kHeader)
      return {fmt::format("{}'s {} has an mtu of {} and drops the packet of {} bytes that {} sent "
                          "it by {}, whose mtu is {}",
                          far.name(), end->link.name, end->link.mtu, last.packet.length - kHeader,
                          node.name(), link->name, link->mtu),
              {},
              &far,
              end->link.name};
    return {};
  }
  if (end->link.master.empty()) return {};
  // Through the bridge, by the port behind which the one is whom it is for.
  const std::optional<IpAddress> target = last.packet.arp_op || asks_for_neighbour(last.packet)
                                              ? neighbour_target(last.packet)
                                              : last.packet.dst;
  for (const Link& port : facts.links(far)) {
    if (port.master != end->link.master || port.index == end->link.index) continue;
    const auto beyond = facts.peer(far, port);
    const bool leads = beyond && target && [&] {
      for (const InterfaceAddress& each : facts.addresses(*beyond->node))
        if (each.index == beyond->link.index &&
            (each.address.address() == *target || last.packet.dst_mac == beyond->link.mac))
          return true;
      return !beyond->link.master.empty();
    }();
    if (!leads) continue;
    if (const Sighting* const out = at(judged, last, far, port.name, Direction::kOut)) {
      if (Finding found = lost_on_link(judged, *out)) return found;
      continue;
    }
    if (Finding found = not_bridged(judged, *arrived, end->link, port)) return found;
  }
  if (target)
    if (const auto owner = facts.owner(*target, judged.meant))
      return beside_the_bridge(judged, *owner->node, owner->address.dev);
  return {};
}

Finding beside_the_bridge(Case& judged, const Node& node, const std::string& dev) {
  const auto link = judged.facts.link(node, dev);
  const auto end = link ? judged.facts.peer(node, *link) : std::nullopt;
  if (!end || !end->link.master.empty() || end->link.kind == "bridge") return {};
  if (std::ranges::any_of(judged.facts.addresses(*end->node), [&](const InterfaceAddress& each) {
        return each.index == end->link.index;
      }))
    return {};
  for (const Link& each : judged.facts.links(*end->node))
    if (each.kind == "bridge")
      return {fmt::format("{}'s {}, where {}'s wire ends, is not a port of {}", end->node->name(),
                          end->link.name, node.name(), each.name),
              {},
              end->node,
              end->link.name};
  return {};
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
