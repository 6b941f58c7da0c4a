#include <vethlab/lab/gather.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/default_time.h>
#include <vethlab/evidence/difference.h>
#include <vethlab/evidence/graph.h>
#include <vethlab/lab/aside.h>
#include <vethlab/lab/gather_words.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/living_labs.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/scratch_lab.h>
#include <vethlab/lab/snapshot_parts.h>
#include <vethlab/lab/wire.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// For all that programs are asked for. The kernel answers at once.
std::chrono::milliseconds patience() { return default_time(10); }
std::chrono::milliseconds per_program() { return default_time(3); }

std::vector<evidence::Interface> interfaces_of(const std::vector<Link>& links,
                                               const std::vector<InterfaceAddress>& addresses) {
  std::vector<evidence::Interface> all;
  for (const Link& link : links) {
    evidence::Interface& its = all.emplace_back();
    its.name = link.name;
    its.mac = link.mac;
    its.mtu = link.mtu;
    its.up = link.up;
    its.carrier = link.up && link.lower_up;
    its.kind = link.kind;
    its.master = link.master;
    for (const InterfaceAddress& each : addresses)
      if (each.index == link.index && each.scope != "link")
        its.addresses.push_back(printed(each.address));
  }
  return all;
}

std::string place_of(Caller caller) {
  const std::string prefix = prefix_of(caller);  // "reach_test.cc:9: "
  return prefix.substr(0, prefix.rfind(": "));
}

evidence::End end_of(const std::string& node, const Link& link) {
  return {.node = node, .dev = link.name, .up = link.up && link.lower_up};
}

bool is_at(const Wire::Side& side, const evidence::End& end) {
  return side.node.name() == end.node && side.dev == end.dev;
}

bool drops(const LabState& lab, const evidence::Wire& wire) {
  return std::ranges::any_of(lab.wires, [&](const auto& each) {
    return each->drops() && ((is_at(each->a(), wire.a) && is_at(each->b(), wire.b)) ||
                             (is_at(each->a(), wire.b) && is_at(each->b(), wire.a)));
  });
}

struct NodesLinks {
  std::string node;
  std::vector<Link> links;
};

// The veth pairs, whoever has made them, each seen from its first end.
std::vector<evidence::Wire> wires_of(const LabState& lab, const std::vector<NodesLinks>& all) {
  std::vector<evidence::Wire> wires;
  std::vector<const Link*> paired;
  for (const NodesLinks& near : all)
    for (const Link& link : near.links) {
      if (!link.peer_index || std::ranges::count(paired, &link) > 0) continue;
      if (link.link_netnsid && link.link_netns.empty()) continue;  // not the lab's
      const std::string& where = link.link_netns.empty() ? near.node : link.link_netns;
      const auto far = std::ranges::find(all, where, &NodesLinks::node);
      if (far == all.end()) continue;
      const auto peer = std::ranges::find(far->links, *link.peer_index, &Link::index);
      if (peer == far->links.end()) continue;
      paired.push_back(&*peer);
      evidence::Wire& wire = wires.emplace_back();
      wire.a = end_of(near.node, link);
      wire.b = end_of(far->node, *peer);
      wire.drops = drops(lab, wire);
    }
  return wires;
}

bool lists_firewall(const std::string& snapshot) {
  return snapshot.find("\n# iptables-save\n") != snapshot.npos ||
         snapshot.find("\n# nft list ruleset\n") != snapshot.npos;
}

bool forwards(const NodeState& node) {
  const auto is_on = [&](const char* path) {
    return node.lab.keeper.read_sysctl(node.index, path).starts_with('1');
  };
  return is_on("ipv4/ip_forward") || is_on("ipv6/conf/all/forwarding");
}

}  // namespace

Gatherer::Gatherer(std::string test, Clock::time_point began) : began_(began) {
  evidence_.test = std::move(test);
}

evidence::Time Gatherer::since_start(Clock::time_point at) const {
  return std::max(evidence::Time(0), evidence::Time(at - began_));
}

bool Gatherer::has_seen(const LabState& lab) const {
  return std::ranges::count(seen_, lab.living.id(), &Seen::lab) > 0;
}

// Of labs that ended before the failure, what the test did is all that is left.
void Gatherer::look_back() {
  for (const PastLab& past : take_past_labs()) {
    if (std::ranges::count(seen_, past.id, &Seen::lab) > 0) continue;
    const std::size_t number = evidence_.labs.size();
    seen_.push_back({past.id, number});
    evidence::Lab& its = evidence_.labs.emplace_back();
    its.made = place_of(past.made);
    its.ended = true;
    add(past.steps, number);
  }
}

void Gatherer::look() {
  look_back();
  std::vector<LabState*> labs = labs_of_this_thread();
  std::erase_if(labs, [&](const LabState* lab) { return lab->asked_aside || has_seen(*lab); });
  if (labs.empty()) return;
  const Aside aside(labs);
  const auto deadline = Deadline::in(patience());
  for (LabState* const lab : labs) {
    seen_.push_back({lab->living.id(), evidence_.labs.size()});
    look_at(*lab);
    if (lab->world_made && !lab->is_ending) look_at_firewall(*lab, deadline);
  }
  is_compared_ = false;
}

// For this no test's lab is needed any more.
void Gatherer::compare() {
  if (std::exchange(is_compared_, true)) return;
  evidence_.mermaid = evidence::mermaid(evidence_);
  const std::string trouble = trouble_of([&] {
    const Scratch scratch;
    const std::string untouched = scratch.network();
    const std::string firewall = has_firewall_ ? scratch.firewall() : "";
    for (evidence::Lab& lab : evidence_.labs)
      for (evidence::Node& node : lab.nodes) {
        if (node.snapshot.empty()) continue;
        node.difference = evidence::difference(
            untouched + (lists_firewall(node.snapshot) ? firewall : ""), node.snapshot);
        node.difference.erase(0, 1);  // the first newline
      }
    evidence_.svg = scratch.svg(evidence::dot(evidence_));
  });
  if (!trouble.empty()) note("compare with an untouched node: " + trouble);
}

std::size_t Gatherer::number_of(const LabState& lab) const {
  return std::ranges::find(seen_, lab.living.id(), &Seen::lab)->number;
}

void Gatherer::look_at(LabState& lab) {
  evidence::Lab& its = evidence_.labs.emplace_back();
  its.made = place_of(lab.made);
  its.ended = lab.is_ending;
  std::vector<NodesLinks> links;
  for (const auto& each : lab.nodes) {
    evidence::Node& node = its.nodes.emplace_back();
    node.name = each->name();
    node.is_switch = each->state().is_switch;
    node.trouble = trouble_of([&] {
      links.push_back({node.name, each->links({})});
      node.interfaces = interfaces_of(links.back().links, each->addresses({}));
      node.snapshot = network_text(*each, {});
      node.forwards = forwards(each->state());
    });
  }
  its.trouble = trouble_of([&] { its.wires = wires_of(lab, links); });
}

// Its rules are programs' doing: where none has run there are none.
void Gatherer::look_at_firewall(LabState& lab, Deadline deadline) {
  has_firewall_ = true;
  evidence::Lab& its = evidence_.labs[number_of(lab)];
  for (std::size_t i = 0; i < its.nodes.size(); ++i) {
    evidence::Node& node = its.nodes[i];
    if (!node.trouble.empty()) continue;
    node.trouble = trouble_of([&] {
      if (deadline.over()) throw std::runtime_error("there was no time for its firewall");
      node.snapshot += firewall_text(*lab.nodes[i], per_program(), {});
    });
  }
}

void Gatherer::note(std::string text) {
  if (std::ranges::count(evidence_.notes, text) == 0) evidence_.notes.push_back(std::move(text));
}

}  // namespace vethlab::internal
