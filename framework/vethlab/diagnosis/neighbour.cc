#include <vethlab/diagnosis/causes.h>
#include <vethlab/diagnosis/firewall.h>

#include <netinet/icmp6.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

// Whom a node may ask for on the way there: the address itself, or the next hop of a route that has it.
bool is_on_the_way(Facts& facts, const Node& node, const IpAddress& to, const IpAddress& target) {
  if (target == to) return true;
  return std::ranges::any_of(facts.routes(node, to.family()), [&](const Route& route) {
    return route.to.contains(to) &&
           (route.via == target || std::ranges::any_of(route.nexthops, [&](const NextHop& hop) {
              return hop.via == target;
            }));
  });
}

struct Question {
  const Sighting* asked = nullptr;  // nullptr: it asked for nobody
  bool answered = false;            // the answer came in there
};

// The last question by this node; who else talks to whom is of no interest.
Question last_question(Case& judged, const Node& asker, const IpAddress& to) {
  Question question;
  for (const Sighting& each : judged.resolutions) {
    if (each.node != &asker) continue;
    const auto target = neighbour_target(each.packet);
    if (!target || !is_on_the_way(judged.facts, asker, to, *target)) continue;
    if (each.out() && asks_for_neighbour(each.packet)) question = {&each, false};
    if (each.in() && !asks_for_neighbour(each.packet) && question.asked != nullptr &&
        neighbour_target(each.packet) == neighbour_target(question.asked->packet))
      question.answered = true;
  }
  return question;
}

const Sighting* seen_at(const Case& judged, const Node& node, Direction direction,
                        const IpAddress& target, bool question) {
  for (const Sighting& each : judged.resolutions)
    if (each.node == &node && each.packet.direction == direction &&
        neighbour_target(each.packet) == target && asks_for_neighbour(each.packet) == question)
      return &each;
  return nullptr;
}

std::string addresses_of(Facts& facts, const Node& node, Family family) {
  std::vector<std::string> texts;
  for (const InterfaceAddress& each : facts.addresses(node))
    if (each.dev != "lo" && each.address.family() == family &&
        !each.address.address().is_link_local())
      texts.push_back(each.address.text() + " on " + each.dev);
  return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
}

// "r1 (10.0.1.1/24)": who could have answered.
std::string others_there(Facts& facts, const std::vector<Port>& segment, Family family) {
  std::vector<std::string> texts;
  for (const Port& port : segment)
    for (const InterfaceAddress& each : facts.addresses(*port.node))
      if (each.index == port.link.index && each.address.family() == family &&
          !each.address.address().is_link_local())
        texts.push_back(fmt::format("{} ({})", port.node->name(), each.address.text()));
  constexpr std::size_t kMost = 4;
  if (texts.size() > kMost) texts.resize(kMost);
  return texts.empty() ? "nobody with an address" : fmt::format("{}", fmt::join(texts, ", "));
}

// Somebody there answers for others, if slowly (net.ipv4.neigh.*.proxy_delay).
bool has_proxy(Facts& facts, const std::vector<Port>& segment) {
  return std::ranges::any_of(segment, [&](const Port& port) {
    return facts.ipv4_setting(*port.node, port.link.name, "proxy_arp").second != 0;
  });
}

// "client's route "default via 10.0.1.9 dev eth0" leads to 10.0.1.9", "r1 asks on eth1 for 10.0.2.9".
std::string who_asks(Case& judged, const Node& asker, const IpAddress& target,
                     const std::string& dev, const IpAddress& to) {
  if (target != to)
    if (const auto route = best_route(judged.facts, asker, to); route && route->via == target)
      return fmt::format("{}'s route {} leads to {}", asker.name(), in_words(*route),
                         target.text());
  return fmt::format("{} asks on {} for {}", asker.name(), dev, target.text());
}

// The answer came in at the one who had asked, and it sent nothing all the same: its firewall may not
// have let it through.
Finding deaf_to_answer(Case& judged, const Node& asker, const IpAddress& target,
                       const std::string& dev) {
  Finding found = dropped_by_filter(judged, asker, dev, Way::kIn);
  if (!found)
    found =
        resolution_dropped_by_firewall(judged, asker, target, dev, {"the answer", "the question"});
  if (found)
    found.why =
        fmt::format("{} asks on {} for {}, and {}", asker.name(), dev, target.text(), found.why);
  return found;
}

}  // namespace

bool asks_for_neighbour(const Packet& packet) {
  return packet.arp_op ? *packet.arp_op == 1 : packet.icmp_type == ND_NEIGHBOR_SOLICIT;
}

std::optional<IpAddress> neighbour_target(const Packet& packet) {
  if (packet.arp_op) return *packet.arp_op == 1 ? packet.dst : packet.src;
  constexpr std::size_t kTarget = 14 + 40 + 8;  // after Ethernet's, IPv6's and ICMPv6's header
  if (packet.bytes.size() < kTarget + 16) return {};
  return IpAddress::from_bytes(std::span(packet.bytes).subspan(kTarget, 16));
}

std::string in_words(const Packet& packet) {
  const bool advertises = packet.icmp_type == ND_NEIGHBOR_ADVERT;
  if (!packet.arp_op && !advertises && !asks_for_neighbour(packet)) return "it";
  const auto target = neighbour_target(packet);
  const std::string whose = target ? target->text() : "a neighbour";
  if (packet.arp_op)
    return (asks_for_neighbour(packet) ? "the ARP request for " : "the ARP reply of ") + whose;
  return (advertises ? "the neighbour advertisement of " : "the neighbour solicitation for ") +
         whose;
}

Finding not_asked(Case& judged, const Node& node, const Route& route, const IpAddress& to) {
  const IpAddress target = route.via.value_or(to);
  if (route.dev == "lo" || seen_at(judged, node, Direction::kOut, target, true) != nullptr)
    return {};
  Finding found = resolution_dropped_by_firewall(judged, node, target, "", {"the answer", "that"});
  if (found)
    found.why = fmt::format("{} is to ask on {} for {}, and {}", node.name(), route.dev,
                            target.text(), found.why);
  return found;
}

Finding unanswered_neighbour(Case& judged, const Node& asker, const IpAddress& to) {
  const auto [question, answered] = last_question(judged, asker, to);
  if (question == nullptr) return {};
  Facts& facts = judged.facts;
  const IpAddress target = *neighbour_target(question->packet);
  const std::string& dev = question->packet.dev;
  if (answered) return deaf_to_answer(judged, asker, target, dev);
  const std::vector<Port> segment = facts.segment(asker, dev);
  const std::string asks = who_asks(judged, asker, target, dev, to);
  const auto owner = facts.owner(target, judged.meant);
  const bool elsewhere = !owner || std::ranges::none_of(segment, [&](const Port& port) {
    return port.node == owner->node;
  });
  if (elsewhere && has_proxy(facts, segment)) return {};
  if (!owner) {
    Finding found{fmt::format("{}, which nobody in this lab has (on that network: {})", asks,
                              others_there(facts, segment, target.family())),
                  {},
                  &asker,
                  dev};
    return found;
  }
  const auto same_node = [&](const Port& port) { return port.node == owner->node; };
  const auto there = std::ranges::find_if(segment, [&](const Port& port) {
    return same_node(port) && port.link.name == owner->address.dev;
  });
  if (there != segment.end() && !there->link.up)
    return {fmt::format("{}'s {} is down", owner->node->name(), there->link.name),
            {fmt::format("{}, and nobody answers", asks)},
            owner->node,
            there->link.name};
  if (there == segment.end() && std::ranges::none_of(segment, same_node)) {
    if (Finding found = beside_the_bridge(judged, *owner->node, owner->address.dev)) return found;
    return {
        fmt::format("{}, which {} has, but not on that network ({}: {})", asks, owner->node->name(),
                    owner->node->name(), addresses_of(facts, *owner->node, target.family())),
        {fmt::format("on {}'s {}: {}", asker.name(), dev,
                     others_there(facts, segment, target.family()))},
        &asker,
        dev};
  }
  const Sighting* const arrived = seen_at(judged, *owner->node, Direction::kIn, target, true);
  if (arrived == nullptr) {
    if (Finding found = lost_on_link(judged, *question)) return found;
    return {fmt::format("{}, and {} never saw the question; where it was lost is not known", asks,
                        owner->node->name()),
            {},
            &asker,
            dev};
  }
  if (const Sighting* const answer =
          seen_at(judged, *owner->node, Direction::kOut, target, false)) {
    if (Finding found = lost_on_link(judged, *answer)) return found;
    return {fmt::format("{}, and never saw {}'s answer; where it was lost is not known", asks,
                        owner->node->name()),
            {},
            &asker,
            dev};
  }
  if (Finding found = tagged(judged, *arrived)) {
    found.why = fmt::format("{}, and {}", asks, found.why);
    return found;
  }
  for (const Way way : {Way::kIn, Way::kOut})
    if (Finding found = dropped_by_filter(judged, *owner->node, arrived->packet.dev, way)) {
      found.why = fmt::format("{}: {}", asks, found.why);
      return found;
    }
  if (Finding found = ignored_question(judged, *owner, *arrived, target)) return found;
  if (Finding found = resolution_dropped_by_firewall(judged, *owner->node, target,
                                                     arrived->packet.dev, {"it", "the answer"})) {
    found.why = fmt::format("{}: {}", asks, found.why);
    return found;
  }
  return {fmt::format("{}, and {} heard it and did not answer; what it did with it is not known",
                      asks, owner->node->name()),
          {},
          owner->node,
          arrived->packet.dev};
}

}  // namespace vethlab::diagnosis
