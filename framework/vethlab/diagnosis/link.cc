#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/firewall.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

constexpr std::size_t kHeader = 14;  // Ethernet's

// A bridge may add a VLAN tag, or take it off.
std::vector<std::uint8_t> untagged(const Packet& packet) {
  constexpr std::ptrdiff_t kAddresses = 12;
  constexpr std::ptrdiff_t kTag = 4;
  std::vector<std::uint8_t> bytes = packet.bytes;
  if (packet.vlan && bytes.size() > kHeader + kTag)
    bytes.erase(bytes.begin() + kAddresses, bytes.begin() + kAddresses + kTag);
  return bytes;
}

bool same_frame(const Packet& a, const Packet& b) {
  return untagged(a) == untagged(b) ||
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

bool has_address(Facts& facts, const Port& port, const IpAddress& address) {
  return std::ranges::any_of(facts.addresses(*port.node), [&](const InterfaceAddress& each) {
    return each.index == port.link.index && each.address.address() == address;
  });
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
    const bool leads =
        target && std::ranges::any_of(facts.segment(far, port.name), [&](const Port& beyond) {
          return last.packet.dst_mac == beyond.link.mac || has_address(facts, beyond, *target);
        });
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

}  // namespace vethlab::diagnosis
