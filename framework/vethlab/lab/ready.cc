#include <vethlab/lab/ready.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/link_requests.h>
#include <vethlab/netlink/link_state.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using netlink::LinkState;

bool carries(const LinkState& link) {
  return link.state == OperState::kUp || link.state == OperState::kUnknown;
}

// Empty when it is ready, else what it lacks.
std::string lacks(const Place& place) {
  netlink::Socket& socket = place.node->netlink;
  const LinkState link = netlink::link_state(socket, place.index);
  if (!link.up) return {};
  // Before Linux 6.8, a lost carrier is told a moment later, and only then do the routes know.
  if (!link.lower_up) return link.state == OperState::kUp ? "lost carrier not told yet" : "";
  if (!carries(link)) {
    std::ostringstream text;
    text << "operational state " << link.state;
    return text.str();
  }
  if (link.bridge_port) {
    const LinkState bridge = netlink::link_state(socket, link.master);
    if (!bridge.up) return {};
    if (!link.forwarding) return "bridge port not forwarding";
    return carries(bridge) ? "" : "bridge not operationally UP";
  }
  if (!netlink::ipv6_works(socket, place.index, link.link_local))
    return "IPv6 addresses not usable yet";
  return {};
}

void add_peer(LabState& lab, std::vector<Place>& places, const Place& place) {
  const LinkState link = netlink::link_state(place.node->netlink, place.index);
  if (!link.peer) return;
  const auto add = [&](NodeState& node) {
    const Place peer{&node, *link.peer};
    if (std::ranges::count(places, peer) == 0) places.push_back(peer);
  };
  if (!link.netnsid) return add(*place.node);
  for (const auto& node : lab.nodes) {
    if (netlink::netns_id(place.node->netlink, node->state().netns.get()) == link.netnsid)
      return add(node->state());
  }
}

}  // namespace

// The watches are open before the first look: no change between look and wait is missed.
void wait_ready(LabState& lab, std::vector<Place> places) {
  const auto deadline = Deadline::in(lab.options.patience);
  if (places.size() == 1) add_peer(lab, places, places.front());
  std::vector<NodeState*> nodes;
  nodes.reserve(places.size());
  for (const Place& place : places) nodes.push_back(place.node);
  lab.open_watches(nodes);
  for (;;) {
    std::vector<netlink::Watch*> watches;
    std::string why;
    for (const Place& place : places) place.node->watch().clear();
    std::erase_if(places, [&](const Place& place) {
      const std::string lack = lacks(place);
      if (lack.empty()) return true;
      watches.push_back(&place.node->watch());
      why = fmt::format("interface {} of {}: {}", place.index, place.node->name, lack);
      return false;
    });
    if (places.empty()) return;
    if (!netlink::wait_any(watches, deadline))
      throw Refusal{ETIMEDOUT, "wait until packets pass", why};
  }
}

std::vector<Place> all_places(NodeState& node) {
  std::vector<Place> places;
  for (const Link& link : netlink::links(node.netlink)) places.push_back({&node, link.index});
  return places;
}

}  // namespace vethlab::internal
