#include <vethlab/diagnosis/watch.h>

#include <vethlab/base/default_time.h>
#include <vethlab/diagnosis/bystanders.h>
#include <vethlab/diagnosis/sort_packets.h>
#include <vethlab/lab/capture.h>
#include <vethlab/lab/capture_state.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/neighbour_requests.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

constexpr int kPackets = 512;   // room of each node's ring
constexpr int kSnaplen = 2048;  // an echo's beginning, an error's quotation

// 50 ms, for a packet to get to where it is dropped.
std::chrono::milliseconds once() { return default_time(1) / 20; }
// 250 ms, for an answer that did not come in the first probe's whole timeout.
std::chrono::milliseconds patience() { return default_time(1) / 4; }

// A NAT may change a port; of TCP the packets that open or reset a connection will do.
std::string filter_of(const Case& judged) {
  std::string filter =
      "arp or icmp or icmp6 or tcp[13] & 6 != 0 or (ip6 proto 6 and ip6[53] & 6 != 0)";
  if (judged.transport == Transport::kUdp) filter += " or udp";
  return filter;
}

std::uint64_t lost(internal::LabState& lab) {
  std::uint64_t packets = 0;
  for (const auto& tap : lab.taps) packets += tap->lost();
  return packets;
}

// A queue that may keep it for longer than that.
bool is_slowed_down(Case& judged) {
  constexpr std::array kSlow = {"netem", "tbf", "htb", "hfsc", "cake", "etf", "taprio"};
  return std::ranges::any_of(judged.facts.nodes(), [&](const Node* node) {
    return std::ranges::any_of(judged.facts.links(*node), [&](const Link& link) {
      return std::ranges::find(kSlow, link.qdisc) != kSlow.end();
    });
  });
}

std::chrono::nanoseconds transit(const Case& judged) {
  if (judged.requests.empty()) return {};
  const auto& last = judged.answers.empty() ? judged.requests : judged.answers;
  return std::max(last.back().packet.time - judged.requests.front().packet.time,
                  std::chrono::nanoseconds(0));
}

std::map<const Node*, std::vector<IpAddress>> unanswered(Facts& facts) {
  std::map<const Node*, std::vector<IpAddress>> found;
  for (const Node* const node : facts.nodes())
    for (const Neighbour& each : facts.neighbours(*node))
      if (each.state == "INCOMPLETE" || each.state == "FAILED") found[node].push_back(each.to);
  return found;
}

// One socket a node, of all its interfaces. Those of an earlier failure serve again.
void arm(internal::LabState& lab, const std::string& filter) {
  if (!lab.taps.empty() && lab.taps.front()->state().filter.text() != filter) lab.taps.clear();
  for (std::size_t i = lab.taps.size(); i < lab.nodes.size(); ++i) {
    internal::NodeState& node = lab.nodes[i]->state();
    lab.taps.push_back(std::make_unique<Capture>(std::make_unique<internal::CaptureState>(
        node, "", 0, capture::Filter(filter, kSnaplen),
        CaptureOptions{.snaplen = kSnaplen, .packets = kPackets, .loss = Loss::kAllowed},
        lab.keeper.socket({node.index, AF_PACKET, SOCK_RAW, 0}))));
  }
  for (const auto& tap : lab.taps) tap->clear();
}

}  // namespace

void watch(Case& judged, internal::LabState& lab) {
  arm(lab, filter_of(judged));
  lab.unresolved =
      true;  // the first probe's: what the kernel still waits for would hide what it does
  lab.forget_unresolved();
  ProbeOptions options = judged.options;
  options.count = 1;
  const std::uint64_t lost_before = lost(lab);
  if (!is_slowed_down(judged)) options.timeout = std::min(options.timeout, patience());
  judged.again = judged.source.probe(judged.destination, options);
  std::vector<Sighting> seen;
  for (std::size_t i = 0; i < lab.taps.size(); ++i)
    for (Packet& packet : lab.taps[i]->packets())
      seen.push_back({lab.nodes[i].get(), std::move(packet)});
  judged.incomplete = lost(lab) != lost_before;
  judged.unanswered = unanswered(judged.facts);
  sort_packets(judged, std::move(seen));
  forget_bystanders(judged);
  judged.transit = transit(judged);
}

void forget_questions(Case& judged) {
  // Of the lab's own: somebody else's, for a host that is not there, go on. Read before the neighbours are: a
  // question to netlink within the answer to another would wait for ever.
  std::vector<IpAddress> known = {judged.to};
  for (const Node* const node : judged.facts.nodes())
    for (const InterfaceAddress& each : judged.facts.addresses(*node))
      known.push_back(each.address.address());
  for (const auto& node : judged.source.state().lab.nodes) {
    netlink::Socket& netlink = node->state().netlink;
    const auto is_known = [&](const IpAddress& address) {
      return std::ranges::find(known, address) != known.end();
    };
    netlink::forget_incomplete(netlink, is_known);
    // Who was not known may be by now, from a question of its own, and would not be asked for again.
    const auto in_vain = judged.unanswered.find(node.get());
    if (in_vain == judged.unanswered.end()) continue;
    netlink::forget_learnt(netlink, [&](const IpAddress& address) {
      return is_known(address) &&
             std::ranges::find(in_vain->second, address) != in_vain->second.end();
    });
  }
}

ProbeReport send_alone(Case& judged, std::chrono::nanoseconds wait) {
  ProbeOptions options = judged.options;
  options.count = 1;
  options.timeout = std::min(options.timeout, std::chrono::ceil<std::chrono::milliseconds>(wait));
  return judged.source.probe(judged.destination, options);
}

void send_again(Case& judged) {
  forget_questions(judged);
  send_alone(judged, once() + judged.transit);
  forget_questions(judged);
}

}  // namespace vethlab::diagnosis
