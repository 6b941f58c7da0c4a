#include <vethlab/diagnosis/kernel_drops.h>

#include <vethlab/diagnosis/watch.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

using namespace std::chrono_literals;
using Way = std::vector<TraceStep>;

// In plain words, of the reasons that nothing else tells of (include/net/dropreason-core.h).
std::string explained(const std::string& reason) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kWords = {{
      {"XFRM_POLICY", "a policy of IPsec: ip xfrm policy"},
      {"BPF_CGROUP_EGRESS", "a BPF program of its cgroup"},
      {"TC_INGRESS", "a filter of tc's"},
      {"TC_EGRESS", "a filter of tc's"},
      {"QDISC_DROP", "its queueing discipline"},
      {"XDP", "an XDP program: ip link"},
      {"NETFILTER_DROP", "a firewall's rule"},
      {"IP_RPFILTER", "rp_filter"},
      {"SOCKET_FILTER", "a filter of the socket"},
      {"SOCKET_RCVBUFF", "the socket's buffer is full"},
      {"CPU_BACKLOG", "net.core.netdev_max_backlog"},
      {"IP_NOPROTO", "nobody takes this protocol"},
  }};
  const auto* const found = std::ranges::find(kWords, std::string_view(reason),
                                              [](const auto& each) { return each.first; });
  return found == kWords.end() ? "" : fmt::format(" ({})", found->second);
}

// A packet that comes in by an interface of a VLAN, a bridge, has come in before by that one's lower one.
Way by_lowest(const Way& way) {
  Way found;
  for (const TraceStep& each : way)
    if (!each.in || found.empty() || !found.back().in) found.push_back(each);
  return found;
}

// Whether it came from there, without anything in between.
bool follows(Case& judged, const Sighting& before, const Sighting& after) {
  if (before.node == after.node && before.out() && after.out()) {
    const auto link = judged.facts.link(*before.node, before.packet.dev);
    return link && link->master.empty();  // else a bridge's copy by another port
  }
  if (before.node == after.node) return before.in() || after.packet.dev == "lo";
  if (!before.out() || !after.in()) return false;
  const auto link = judged.facts.link(*after.node, after.packet.dev);
  const auto wire = link ? judged.facts.peer(*after.node, *link) : std::nullopt;
  return wire && wire->node == before.node && wire->link.name == before.packet.dev;
}

// The way to where it was seen last, without a bridge's copies to others.
Way seen_way(Case& judged) {
  std::vector<Sighting> seen = judged.requests;
  seen.insert(seen.end(), judged.answers.begin(), judged.answers.end());
  Way way;
  const Sighting* next = nullptr;
  for (auto each = seen.rbegin(); each != seen.rend(); ++each) {
    if (next != nullptr && !follows(judged, *each, *next)) continue;
    way.insert(way.begin(), {each->in(), each->packet.dev});
    next = &*each;
  }
  return by_lowest(way);
}

std::optional<KernelDrop> traced_once(Case& judged, DropTrace& trace, const Way& seen) {
  forget_questions(judged);
  const auto events = trace.during([&] { send_alone(judged, 50ms); });
  forget_questions(judged);
  if (!events) return {};
  std::vector<KernelDrop> drops = drops_of(*events, ::gettid());
  for (KernelDrop& each : drops) each.way = by_lowest(each.way);
  // Of several those that got as far as it was seen to get.
  if (drops.size() > 1)
    std::erase_if(drops, [&](const KernelDrop& each) {
      return each.way.size() < seen.size() ||
             !std::equal(seen.begin(), seen.end(), each.way.begin());
    });
  if (drops.empty() || std::ranges::count(drops, drops.front()) != std::ssize(drops)) return {};
  return drops.front();
}

// The same twice. A busy machine, and a packet that somebody else's hides, have another try.
std::optional<KernelDrop> traced(Case& judged, const Way& seen) {
  DropTrace trace;
  constexpr int kAttempts = 4;
  std::optional<KernelDrop> before;
  for (int i = 0; i < kAttempts; ++i) {
    auto drop = traced_once(judged, trace, seen);
    if (drop && drop == before) return drop;
    before = std::move(drop);
  }
  return {};
}

}  // namespace

std::vector<KernelDrop> drops_of(const std::vector<SkbEvent>& events, int thread) {
  using Kind = SkbEvent::Kind;
  std::map<std::string, Way> ours;     // each packet's way
  std::map<int, std::string> handled;  // which of them a processor has in hand
  std::vector<KernelDrop> drops;
  for (const SkbEvent& each : events) {
    const bool own = !each.interrupt && each.pid == thread;
    const auto known = ours.find(each.skb);
    const auto in_hand = handled.find(each.cpu);
    switch (each.kind) {
      case Kind::kQueued: {
        const TraceStep step{false, each.dev};
        if (known != ours.end()) known->second.push_back(step);
        else if (own) ours[each.skb] = {step};
        else if (in_hand != handled.end()) {
          Way way = ours[in_hand->second];
          way.push_back(step);
          ours[each.skb] = std::move(way);
        }
        break;
      }
      case Kind::kArrived:
        handled.erase(each.cpu);
        if (known != ours.end()) {
          known->second.push_back({true, each.dev});
          handled[each.cpu] = each.skb;
        }
        break;
      case Kind::kDropped:
        if (known != ours.end()) drops.push_back({known->second, each.reason, each.location});
        else if (own) drops.push_back({{}, each.reason, each.location});
        [[fallthrough]];
      case Kind::kConsumed:
        if (in_hand != handled.end() && in_hand->second == each.skb) handled.erase(in_hand);
        if (known != ours.end()) ours.erase(known);
        break;
    }
  }
  return drops;
}

Finding dropped_by_kernel(Case& judged, Finding found) {
  if (!DropTrace::is_possible()) return found;
  const Way seen = seen_way(judged);
  const auto drop = traced(judged, seen);
  if (!drop) return found;
  const bool says_why = drop->reason != "NOT_SPECIFIED" && !drop->reason.empty();
  if (!says_why && drop->location.empty()) return found;
  const std::string reason = says_why ? drop->reason : "no reason given";
  const std::string function = drop->location.empty() ? "" : " in " + drop->location;
  found.evidence.push_back(
      fmt::format("the kernel's record of this drop (kfree_skb), twice: {}{}", reason, function));
  const bool there = drop->way == seen;
  const bool beyond = drop->way.size() == seen.size() + 1 && !drop->way.back().in &&
                      std::equal(seen.begin(), seen.end(), drop->way.begin());
  if (!there && !beyond) return found;
  const Sighting* last = nullptr;
  if (!judged.requests.empty()) last = &judged.requests.back();
  if (!judged.answers.empty()) last = &judged.answers.back();
  const Node& node = last != nullptr ? *last->node : judged.source;
  found.node = &node;
  if (beyond) found.dev = drop->way.back().dev;
  else if (last != nullptr) found.dev = last->packet.dev;
  const std::string where = beyond            ? fmt::format("as it is to leave by {}", found.dev)
                            : last == nullptr ? "before it is to leave"
                            : last->out()     ? fmt::format("as it leaves by {}", found.dev)
                                              : fmt::format("after it came in on {}", found.dev);
  found.why = fmt::format("{}'s kernel drops {} {}: {}", node.name(),
                          judged.answers.empty() ? "it" : "the answer", where,
                          says_why ? reason + explained(reason) : reason + "," + function);
  return found;
}

}  // namespace vethlab::diagnosis
