#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/counters.h>
#include <vethlab/diagnosis/firewall.h>
#include <vethlab/diagnosis/kernel_drops.h>

#include <algorithm>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

// A bridge's port: what comes in there is the bridge's business.
bool is_port(Case& judged, const Sighting& seen) {
  const auto link = judged.facts.link(*seen.node, seen.packet.dev);
  return link && !link->master.empty();
}

// The last one that tells where a packet got to. A frame that a bridge floods is seen by many: of those
// that are not meant (another's MAC address) none counts, but where nobody else saw it.
const Sighting& last_of(const std::vector<Sighting>& seen) { return seen.back(); }

// It came to somebody whom it was not for: a bridge gave it to the wrong one, or to all.
bool overheard(Case& judged, const Sighting& seen) {
  const std::string& mac = seen.packet.dst_mac;
  const auto link = judged.facts.link(*seen.node, seen.packet.dev);
  if (!link || link->kind == "bridge" || mac == link->mac) return false;
  return std::ranges::any_of(judged.facts.segment(*seen.node, seen.packet.dev),
                             [&](const Port& port) { return port.link.mac == mac; });
}

// As if it were still on the wire, where its sender put it.
Finding lost_after_sender(Case& judged, const std::vector<Sighting>& seen, const Sighting& last) {
  const auto sent = std::find_if(seen.rbegin(), seen.rend(), [&](const Sighting& each) {
    const auto link = judged.facts.link(*each.node, each.packet.dev);
    return each.out() && link && link->mac == each.packet.src_mac &&
           each.packet.src_mac == last.packet.src_mac;
  });
  return sent != seen.rend() ? lost_on_link(judged, *sent) : Finding{};
}

// What the source itself did with it: nothing of the probe was seen to leave.
Finding never_left(Case& judged) {
  const Node& node = judged.source;
  if (Finding found = unanswered_neighbour(judged, node, judged.to)) return found;
  const Flow flow{
      .to = judged.to, .mark = judged.options.mark, .out = judged.options.dev, .chosen = false};
  const RouteVerdict verdict = ask_kernel(node, flow);
  if (!verdict.route) return {};
  const auto lo = judged.facts.link(node, "lo");
  if (verdict.route->type == "local" && lo && !lo->up)
    return {fmt::format("{}'s lo is down, by which it reaches its own addresses", node.name()),
            {},
            &node,
            "lo"};
  if (Finding found = not_sent(judged, node, verdict.route->dev)) return found;
  if (Finding found = dropped_by_firewall(judged, node, nullptr)) return found;
  return not_asked(judged, node, *verdict.route, judged.to);
}

Finding after(Case& judged, const Sighting& last, bool answer) {
  if (last.out()) return lost_on_link(judged, last);
  const std::vector<Sighting>& seen = answer ? judged.answers : judged.requests;
  if (overheard(judged, last))
    if (Finding found = lost_after_sender(judged, seen, last)) return found;
  if (is_port(judged, last)) {  // as if it were still on the wire before the bridge
    const auto sent = std::find_if(seen.rbegin(), seen.rend(), [&](const Sighting& each) {
      return each.out() && each.node != last.node;
    });
    return lost_on_link(judged, sent != seen.rend() ? *sent : last);
  }
  if (!last.packet.dst || !last.packet.src) return {};
  if (!judged.facts.owns(*last.node, *last.packet.dst)) return not_forwarded(judged, last);
  if (!answer) return not_answered(judged, last);
  if (Finding found = wrong_mac(judged, last)) return found;
  if (Finding found = tagged(judged, last)) return found;
  if (Finding found = dropped_by_filter(judged, *last.node, last.packet.dev, Way::kIn))
    return found;
  if (Finding found = refused_source(judged, last)) return found;
  return dropped_by_firewall(judged, *last.node, &last);
}

// Where it was last, and that this is all that is known.
Finding known_place(const Sighting* last, const Node& source, bool answer) {
  if (last == nullptr)
    return {fmt::format("{} was to send it, and it was not seen to leave; routes, neighbours and "
                        "firewall do not say why",
                        source.name()),
            {},
            &source,
            {}};
  return {fmt::format("the {} was last seen {} {}'s {}; what is known of that node (routes, rules, "
                      "sysctls, firewall) does "
                      "not say why it went no further",
                      answer ? "answer" : "packet", last->out() ? "leaving by" : "coming in at",
                      last->node->name(), last->packet.dev),
          {},
          last->node,
          last->packet.dev};
}

// What nothing else tells: the kernel's own word settles it; else its counters say a little.
Finding unknown(Case& judged, const Sighting* last, bool answer) {
  if (Finding found = dropped_by_kernel(judged)) return found;
  Finding found = known_place(last, judged.source, answer);
  found.evidence = counted_as_wrong(judged, *found.node, found.dev);
  return found;
}

}  // namespace

Finding lost_in_silence(Case& judged) {
  if (judged.requests.empty()) {
    if (Finding found = never_left(judged)) return found;
    return unknown(judged, nullptr, false);
  }
  const bool answered = !judged.answers.empty();
  const Sighting& last = last_of(answered ? judged.answers : judged.requests);
  if (Finding found = after(judged, last, answered)) return found;
  // An error that did not get home says more than the silence.
  if (!judged.errors.empty() && judged.errors.back().node == &judged.source)
    if (Finding found = dropped_by_firewall(judged, judged.source, &judged.errors.back()))
      return found;
  return unknown(judged, &last, answered);
}

}  // namespace vethlab::diagnosis
