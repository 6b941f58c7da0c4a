#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/firewall.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

// The request as it came in at the node that refuses it.
const Sighting* arrival(const Case& judged, const Node& node) {
  const auto found =
      std::find_if(judged.requests.rbegin(), judged.requests.rend(),
                   [&](const Sighting& each) { return each.node == &node && each.in(); });
  return found != judged.requests.rend() ? &*found : nullptr;
}

// "r1, r2, r1": nodes in the order the request came in there.
std::vector<std::string> way(const Case& judged) {
  std::vector<std::string> names;
  const Sighting* last = nullptr;
  for (const Sighting& each : judged.requests) {
    if (!each.in() || each.packet.dst_mac == "ff:ff:ff:ff:ff:ff") continue;
    // A bridge and its port see the same packet, with the same ttl.
    if (last == nullptr || last->node != each.node || last->packet.ttl != each.packet.ttl)
      names.push_back(each.node->name());
    last = &each;
  }
  return names;
}

Finding ttl_used_up(Case& judged, const Node& node) {
  const std::vector<std::string> names = way(judged);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto again =
        std::find(names.begin() + static_cast<std::ptrdiff_t>(i) + 1, names.end(), names[i]);
    if (again == names.end()) continue;
    const std::vector<std::string> loop(names.begin() + static_cast<std::ptrdiff_t>(i), again);
    std::vector<std::string> evidence;
    for (const Node* const each : judged.facts.nodes())
      if (std::ranges::find(loop, each->name()) != loop.end())
        if (const auto route = best_route(judged.facts, *each, judged.to))
          evidence.push_back(fmt::format("{}: {}", each->name(), in_words(*route)));
    return {fmt::format("a routing loop: {} and {} send it to each other until its ttl is used up",
                        loop.front(), loop.size() > 1 ? loop[1] : loop.front()),
            evidence,
            &node,
            {}};
  }
  return {fmt::format("its ttl of {} is used up at {}, router number {} on the way",
                      judged.options.ttl, node.name(), names.size()),
          {},
          &node,
          {}};
}

Finding too_big(const Node& node, const Flow& flow, const IcmpAnswer& answer) {
  const auto verdict = ask_kernel(node, flow);
  const std::string dev = verdict.route ? verdict.route->dev : "";
  return {fmt::format("{}'s {} has an mtu of {}, and the packet must not be fragmented",
                      node.name(), dev.empty() ? "next interface" : dev, answer.mtu.value_or(0)),
          {},
          &node,
          dev};
}

Finding by_route(Case& judged, const Node& node, const Flow& flow) {
  const RouteVerdict verdict = ask_kernel(node, flow);
  if (verdict.error == ENETUNREACH) return no_route(judged.facts, node, flow);
  if (verdict.error == EHOSTUNREACH || verdict.error == EACCES || verdict.error == EINVAL)
    return refusing_route(judged.facts, node, flow, verdict.error);
  return {};
}

}  // namespace

Finding told_by_icmp(Case& judged) {
  // Once told that a packet is too big, the source itself refuses the next.
  const IcmpAnswer& answer = judged.again.icmp ? *judged.again.icmp : *judged.first.icmp;
  Facts& facts = judged.facts;
  // Who said it: the first that the message was seen to leave, not whose address is on it.
  const Node* node = nullptr;
  // One that was first seen to come in is of somebody outside.
  const bool seen = !judged.errors.empty();
  if (seen && (judged.errors.front().out() || judged.errors.front().packet.dev == "lo"))
    node = judged.errors.front().node;
  if (!seen)
    if (const auto owner = facts.owner(answer.from)) node = owner->node;
  if (node == nullptr)
    return {fmt::format("{}, which is no node of this lab, refuses it", answer.from.text()),
            {},
            nullptr,
            {}};
  const Sighting* const arrived = arrival(judged, *node);
  Flow flow{.to = judged.to, .mark = judged.options.mark, .chosen = false};
  if (arrived != nullptr)
    flow = {.from = *arrived->packet.src,
            .to = *arrived->packet.dst,
            .in = arrived->packet.dev,
            .mark = 0};
  switch (answer.error) {
    case IcmpError::kTtlExceeded: return ttl_used_up(judged, *node);
    case IcmpError::kPacketTooBig: return too_big(*node, flow, answer);
    case IcmpError::kPortUnreachable:
      if (Finding found = dropped_by_firewall(judged, *node, arrived)) return found;
      if (Finding found = not_listening(judged, *node, Told::kRefused)) return found;
      break;
    default: break;
  }
  if (answer.error != IcmpError::kPortUnreachable)
    if (Finding found = by_route(judged, *node, flow)) return found;
  if (answer.error == IcmpError::kHostUnreachable)
    if (Finding found = unanswered_neighbour(judged, *node, flow.to)) return found;
  if (Finding found = dropped_by_firewall(judged, *node, arrived)) return found;
  return {fmt::format("{} refuses it; its routes, rules and firewall do not say why", node->name()),
          {},
          node,
          {}};
}

}  // namespace vethlab::diagnosis
