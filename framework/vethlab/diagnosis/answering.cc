#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/firewall.h>
#include <vethlab/diagnosis/translation.h>

#include <cerrno>
#include <string>

#include <fmt/format.h>

namespace vethlab::diagnosis {

Finding not_answered(Case& judged, const Sighting& last) {
  Facts& facts = judged.facts;
  const Node& node = *last.node;
  const Packet& packet = last.packet;
  if (Finding found = wrong_mac(judged, last)) return found;
  if (Finding found = tagged(judged, last)) return found;
  if (Finding found = dropped_by_filter(judged, node, last.packet.dev, Way::kIn)) return found;
  const bool v4 = packet.src->family() == Family::kIpv4;
  for (const InterfaceAddress& each : facts.addresses(node)) {
    if (each.address.address() != *packet.dst || (!each.tentative && !each.dadfailed)) continue;
    return {fmt::format("{}'s address {} is {}", node.name(), packet.dst->text(),
                        each.dadfailed ? "somebody else's, too (duplicate: dadfailed)"
                                       : "tentative still (duplicate address detection)"),
            {},
            &node,
            each.dev};
  }
  if (const auto changed = translated(node, packet))
    if (!facts.owns(node, *changed->dst)) {
      Finding found = not_forwarded(judged, {&node, *changed});
      if (found)
        found.why = fmt::format("{} translates {} to {}: {}", node.name(), packet.dst->text(),
                                changed->dst->text(), found.why);
      return found;
    }
  if (Finding found = refused_source(judged, last)) return found;
  if (judged.transport == Transport::kIcmp) {
    const std::string name = v4 ? "net.ipv4.icmp_echo_ignore_all" : "net.ipv6.icmp.echo_ignore_all";
    if (facts.sysctl(node, name) == "1")
      return {fmt::format("{} answers no echo ({} = 1)", node.name(), name), {}, &node, packet.dev};
  }
  const Flow back{.from = *packet.dst, .to = *packet.src};
  const RouteVerdict verdict = ask_kernel(node, back);
  const bool sure = !depends_on_mark(facts, node, back);
  const auto cannot = [&](Finding found) {
    if (found)
      found.why = fmt::format("{} took it in and cannot answer: {}", node.name(), found.why);
    return found;
  };
  if (sure && verdict.error == ENETUNREACH) return cannot(no_route(facts, node, back));
  if (sure && verdict.error != 0)
    if (Finding found = cannot(refusing_route(facts, node, back, verdict.error))) return found;
  if (Finding found = cannot(unanswered_neighbour(judged, node, back.to))) return found;
  if (Finding found = dropped_by_firewall(judged, node, &last)) return found;
  if (verdict.route) {
    if (Finding found = cannot(not_sent(judged, node, verdict.route->dev))) return found;
    if (Finding found = cannot(not_asked(judged, node, *verdict.route, back.to))) return found;
  }
  return not_listening(judged, node, Told::kNothing);
}

}  // namespace vethlab::diagnosis
