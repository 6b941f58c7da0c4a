#include <vethlab/diagnosis/kernel_drops.h>

#include <vethlab/diagnosis/drop_trace.h>
#include <vethlab/diagnosis/followed.h>
#include <vethlab/diagnosis/watch.h>
#include <vethlab/lab/node_state.h>

#include <linux/if_ether.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

using namespace std::chrono_literals;
using Way = std::vector<TraceStep>;

// In plain words, of the reasons that nothing else tells of (include/net/dropreason-core.h), and of functions
// that give none.
std::string explained(const std::string& what) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kWords = {{
      {"XFRM_POLICY", "a policy of IPsec: ip xfrm policy"},
      {"BPF_CGROUP_EGRESS", "a BPF program of its cgroup"},
      {"TC_INGRESS", "a filter of tc's"},
      {"TC_EGRESS", "a filter of tc's"},
      {"QDISC_DROP", "its queueing discipline"},
      {"XDP", "an XDP program: ip link"},
      {"NETFILTER_DROP", "netfilter: a rule, NAT, connection tracking or another hook"},
      {"IP_RPFILTER", "rp_filter"},
      {"SOCKET_FILTER", "a filter of the socket, or a BPF program of its cgroup"},
      {"SOCKET_RCVBUFF", "the socket's buffer is full"},
      {"CPU_BACKLOG", "net.core.netdev_max_backlog"},
      {"IP_NOPROTO", "nobody takes this protocol"},
      {"do_xdp_generic", "an XDP program: ip link"},
      {"nf_hook_slow", "netfilter: a rule, NAT, connection tracking or another hook"},
  }};
  const auto* const found = std::ranges::find(kWords, std::string_view(what),
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

std::optional<Port> other_end(Case& judged, const Sighting& seen) {
  const auto link = judged.facts.link(*seen.node, seen.packet.dev);
  return link ? judged.facts.peer(*seen.node, *link) : std::nullopt;
}

// Whether it came from there, without anything in between.
bool follows(Case& judged, const Sighting& before, const Sighting& after) {
  if (before.node == after.node && before.out() && after.out()) {
    const auto link = judged.facts.link(*before.node, before.packet.dev);
    return link && link->master.empty();  // else a bridge's copy by another port
  }
  if (before.node == after.node) return before.in() || after.packet.dev == "lo";
  if (!before.out() || !after.in()) return false;
  const auto wire = other_end(judged, after);
  return wire && wire->node == before.node && wire->link.name == before.packet.dev;
}

// Where it was seen last, and the way there, without a bridge's copies to others.
struct Seen {
  const Sighting* last = nullptr;  // nullptr: it was not seen to leave
  Way way = {};
};
Seen seen(Case& judged) {
  Seen found;
  const Sighting* next = nullptr;
  for (const auto* list : {&judged.answers, &judged.requests})
    for (std::size_t i = list->size(); i-- > 0;) {
      const Sighting& each = (*list)[i];
      if (next != nullptr && !follows(judged, each, *next)) continue;
      if (next == nullptr) found.last = &each;
      found.way.insert(found.way.begin(), {each.in(), each.packet.dev});
      next = &each;
    }
  found.way = by_lowest(found.way);
  return found;
}

// A drop where it was last seen, or one step further, of which no packet socket knows: it was queued to leave,
// or it came in and met an XDP program.
bool is_there(const KernelDrop& drop, const Way& seen) {
  return (drop.way.size() == seen.size() || drop.way.size() == seen.size() + 1) &&
         std::equal(seen.begin(), seen.end(), drop.way.begin());
}

// What need not have been the end of this packet, though it is where it was last seen.
bool may_be_another(const Case& judged, const Seen& seen, const KernelDrop& drop) {
  const bool v4 = judged.family() == Family::kIpv4;
  // A question for a neighbour; of IPv6 it has the probe's own protocol.
  if (drop.protocol != (v4 ? ETH_P_IP : ETH_P_IPV6)) return true;
  if (!v4 && (drop.caused ? seen.last != nullptr && seen.last->in() : drop.way.empty()))
    return true;
  // An answer is given to our socket as a copy, and the kernel has no use for the original.
  return !judged.answers.empty() && seen.last->node == &judged.source &&
         (drop.reason.empty() || drop.reason == "NO_SOCKET");
}

std::optional<KernelDrop> traced_once(Case& judged, DropTrace& trace, const Seen& seen,
                                      std::chrono::nanoseconds wait) {
  bool passed = false;
  forget_questions(judged);
  const auto events = trace.during([&] { passed = send_alone(judged, wait).received > 0; });
  forget_questions(judged);
  if (!events || passed) return {};
  std::vector<KernelDrop> drops = drops_of(*events, ::gettid());
  for (KernelDrop& each : drops) each.way = by_lowest(each.way);
  std::erase_if(drops, [&](const KernelDrop& each) {
    return !is_there(each, seen.way) || may_be_another(judged, seen, each);
  });
  if (drops.empty() || std::ranges::count(drops, drops.front()) != std::ssize(drops)) return {};
  return drops.front();
}

// The same twice. While much else passes there is room for what happens in a short time alone; a busy machine
// takes longer.
std::optional<KernelDrop> traced(Case& judged, const Seen& seen) {
  // It stays, for the lab's next failure: to close one takes the kernel 0.2 s.
  std::shared_ptr<void>& kept = judged.source.state().lab.drop_trace;
  if (!kept) kept = std::make_shared<DropTrace>();
  DropTrace& trace = *static_cast<DropTrace*>(kept.get());
  if (!trace) return {};
  std::vector<KernelDrop> before;
  for (const auto wait : {1ms, 1ms, 5ms, 5ms, 25ms, 50ms}) {
    auto drop = traced_once(judged, trace, seen, wait + judged.transit);
    if (!drop) continue;
    if (std::ranges::count(before, *drop) > 0) return drop;
    before.push_back(*drop);
  }
  return {};
}

}  // namespace

Finding dropped_by_kernel(Case& judged) {
  const Seen before = seen(judged);
  const auto drop = traced(judged, before);
  if (!drop) return {};
  const std::string function = kernel_function(drop->location);
  const std::string in = function.empty() ? "" : " in " + function;
  if (drop->reason.empty() && in.empty()) return {};
  const std::string reason = drop->reason.empty() ? "no reason given" : drop->reason;
  const Node* node = before.last != nullptr ? before.last->node : &judged.source;
  std::string dev = before.last != nullptr ? before.last->packet.dev : "";
  std::string where = before.last == nullptr ? "before it is to leave"
                      : before.last->out()   ? fmt::format("as it leaves by {}", dev)
                                             : fmt::format("after it came in on {}", dev);
  if (drop->way.size() > before.way.size()) {
    const TraceStep& further = drop->way.back();
    if (further.in) {
      const auto end = before.last != nullptr && before.last->out()
                           ? other_end(judged, *before.last)
                           : std::nullopt;
      if (!end || end->link.name != further.dev) return {};
      node = end->node;
    }
    dev = further.dev;
    where = fmt::format("as it {} {}", further.in ? "comes in on" : "is to leave by", dev);
  }
  std::string what = judged.answers.empty() ? "it" : "the answer";
  // Sent because of what was last seen to come in: by whom that was for, the answer; a bridge's copy is it.
  if (drop->caused && judged.answers.empty() && before.last != nullptr && before.last->in()) {
    const auto link = judged.facts.link(*node, before.last->packet.dev);
    if (judged.facts.owns(*node, before.last->packet.dst.value_or(judged.to))) what = "its answer";
    else if (!link || link->master.empty()) return {};
  }
  return {fmt::format("{}'s kernel drops {} {}: {}", node->name(), what, where,
                      drop->reason.empty() ? reason + "," + in + explained(function)
                                           : reason + explained(reason)),
          {fmt::format("the kernel's record of this drop (kfree_skb), twice: {}{}", reason, in)},
          node,
          dev};
}

}  // namespace vethlab::diagnosis
