#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/firewall.h>
#include <vethlab/diagnosis/translation.h>

#include <cerrno>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

Flow flow_of(const Case& judged, const Sighting& last) {
  return {.from = *last.packet.src,
          .to = *last.packet.dst,
          .in = last.packet.dev == "lo" ? "" : last.packet.dev,
          .mark = last.packet.dev == "lo" ? judged.options.mark : 0};  // no mark is on the wire
}

// "r1 does not forward (net.ipv4.ip_forward = 0)".
Finding forwarding_off(Facts& facts, const Node& node, const std::string& dev, Family family) {
  const std::string ip = family == Family::kIpv4 ? "net.ipv4." : "net.ipv6.";
  const std::string all = ip + "conf.all.forwarding";
  const std::string own = ip + "conf." + dev + ".forwarding";
  const bool global = facts.sysctl(node, all) == "0";
  if (facts.sysctl(node, own) != "0" && !(global && family == Family::kIpv6)) return {};
  const std::string name = !global ? own : family == Family::kIpv4 ? "net.ipv4.ip_forward" : all;
  return {fmt::format("{} does not forward ({} = 0): it took the packet in on {} and dropped it",
                      node.name(), name, dev),
          {},
          &node,
          dev};
}

// What a router would not put on the wire.
Finding too_big(Case& judged, const Sighting& last, const Route& route) {
  const auto out = judged.facts.link(*last.node, route.dev);
  const std::size_t size = last.packet.length - 14;
  const auto mtu = static_cast<std::size_t>(route.mtu.value_or(out ? out->mtu : 0));
  if (!out || mtu == 0 || size <= mtu) return {};
  if (!last.packet.dont_fragment && judged.family() == Family::kIpv4) return {};
  return {
      fmt::format("{}'s {} has an mtu of {}, the packet has {} bytes and must not be fragmented",
                  last.node->name(), route.dev, mtu, size),
      {},
      last.node,
      route.dev};
}

// Its ICMP error was sent, or would have been, and did not come home.
Finding error_lost(Case& judged, Finding found) {
  if (judged.errors.empty()) {
    if (const Node* const node = found.node; node != nullptr)
      found.why += fmt::format(", and {}'s ICMP error about it did not leave it", node->name());
    return found;
  }
  const Sighting& last = judged.errors.back();
  found.why += fmt::format(", and {}'s ICMP error about it was last seen at {}'s {}",
                           judged.errors.front().node->name(), last.node->name(), last.packet.dev);
  if (const Finding by = dropped_by_firewall(judged, *last.node, &last)) found.why += ": " + by.why;
  return found;
}

// What no routing is asked for: a packet to many.
bool is_group(const IpAddress& to) {
  const std::uint8_t first = to.bytes().front();
  return to.family() == Family::kIpv4 ? first >= 224 && first < 240 : first == 0xff;
}

// The node before handed it to this one as to its destination, and it is not.
Finding not_its_address(Case& judged, const Sighting& last) {
  Facts& facts = judged.facts;
  const Node& node = *last.node;
  if (!facts.owners(*last.packet.dst).empty()) return {};
  std::vector<std::string> own;
  for (const InterfaceAddress& each : facts.addresses(node))
    if (each.dev == last.packet.dev && each.address.family() == last.packet.dst->family() &&
        !each.address.address().is_link_local())
      own.push_back(each.address.text());
  for (const Node* const before : facts.nodes())
    for (const Neighbour& each : facts.neighbours(*before))
      if (each.to == *last.packet.dst && each.lladdr == last.packet.dst_mac)
        return {fmt::format("{} gets it on {}, and does not have the address {} (it has: {})",
                            node.name(), last.packet.dev, last.packet.dst->text(),
                            own.empty() ? "none there" : fmt::format("{}", fmt::join(own, ", "))),
                {},
                &node,
                last.packet.dev};
  return {};
}

Finding to_many(Case& judged, const Sighting& last) {
  const Node& node = *last.node;
  if (Finding found = dropped_by_firewall(judged, node, &last)) return found;
  const char* const name = "net.ipv4.icmp_echo_ignore_broadcasts";
  if (judged.transport == Transport::kIcmp && judged.family() == Family::kIpv4 &&
      judged.facts.sysctl(node, name) == "1")
    return {fmt::format("{} answers no echo to a broadcast or multicast address ({} = 1)",
                        node.name(), name),
            {},
            &node,
            last.packet.dev};
  return {};
}

}  // namespace

Finding not_forwarded(Case& judged, const Sighting& last) {
  Facts& facts = judged.facts;
  const Node& node = *last.node;
  if (is_group(*last.packet.dst)) return to_many(judged, last);
  if (Finding found = wrong_mac(judged, last)) return found;
  if (Finding found = tagged(judged, last)) return found;
  if (Finding found = dropped_by_filter(judged, node, last.packet.dev, Way::kIn)) return found;
  if (const auto changed = translated(node, last.packet))
    if (Finding found = not_forwarded(judged, {&node, *changed})) {
      found.why = fmt::format("{} translates {} to {}: {}", node.name(), last.packet.dst->text(),
                              changed->dst->text(), found.why);
      return found;
    }
  const Flow flow = flow_of(judged, last);
  if (Finding found = unanswered_neighbour(judged, node, flow.to)) return found;
  const RouteVerdict verdict = ask_kernel(node, flow);
  const std::string type = verdict.route ? verdict.route->type : "";
  if (type == "broadcast" || type == "multicast") return to_many(judged, last);
  if (type == "local" || type == "anycast") return not_answered(judged, last);
  if (verdict.error != 0 && depends_on_mark(facts, node, flow))
    return dropped_by_firewall(judged, node, &last);
  if (verdict.error == EHOSTUNREACH)
    if (Finding found = not_its_address(judged, last)) return found;
  if (const Finding off = forwarding_off(facts, node, flow.in, flow.to.family())) {
    const Finding other = sent_to_another(judged, last);
    return other ? other : off;
  }
  if (verdict.error != 0) {
    if (Finding found = refused_source(judged, last)) return found;
    if (verdict.error == ENETUNREACH) return no_route(facts, node, flow);
    if (Finding found = refusing_route(facts, node, flow, verdict.error)) return found;
  }
  if (!type.empty() && type != "unicast")
    if (Finding found = refusing_route(facts, node, flow,
                                       type == "blackhole"  ? EINVAL
                                       : type == "prohibit" ? EACCES
                                                            : EHOSTUNREACH))
      return found;
  if (Finding found = dropped_by_firewall(judged, node, &last)) return found;
  if (last.packet.ttl && *last.packet.ttl <= 1)
    return error_lost(
        judged,
        {fmt::format("the packet's ttl is used up at {}", node.name()), {}, &node, flow.in});
  if (verdict.route) {
    if (Finding found = too_big(judged, last, *verdict.route)) return error_lost(judged, found);
    if (Finding found = not_sent(judged, node, verdict.route->dev)) return found;
    if (Finding found = not_asked(judged, node, *verdict.route, flow.to)) return found;
  }
  return {};
}

}  // namespace vethlab::diagnosis
