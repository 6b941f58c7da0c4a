#include <vethlab/lab/node_state.h>

#include <vethlab/icmp/ping.h>
#include <vethlab/netlink/neighbour_requests.h>

#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace vethlab::internal {

netns::Keeper::SocketSpec NodeState::watch_spec() const {
  return {index, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE};
}

std::unique_ptr<netlink::Watch> NodeState::new_watch() const {
  return std::make_unique<netlink::Watch>(lab.keeper.socket(watch_spec()));
}

netlink::Watch& NodeState::watch() {
  if (!watch_when_needed) watch_when_needed = new_watch();
  return *watch_when_needed;
}

netlink::Socket& NodeState::diag() {
  if (!diag_when_needed)
    diag_when_needed = std::make_unique<netlink::Socket>(
        lab.keeper.socket({index, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG}), NETLINK_SOCK_DIAG);
  return *diag_when_needed;
}

netlink::Socket& NodeState::netfilter() {
  if (!netfilter_when_needed)
    netfilter_when_needed = std::make_unique<netlink::Socket>(
        lab.keeper.socket({index, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER}), NETLINK_NETFILTER);
  return *netfilter_when_needed;
}

int NodeState::icmp(Family family) {
  if (!icmp_fd(family)) lab.open_icmp({{this, family}});
  return icmp_fd(family).get();
}

void LabState::open_watches(const std::vector<NodeState*>& nodes_watched) {
  std::vector<NodeState*> without;
  std::vector<netns::Keeper::SocketSpec> specs;
  for (NodeState* const node : nodes_watched) {
    if (node->watch_when_needed || std::ranges::count(without, node) > 0) continue;
    without.push_back(node);
    specs.push_back(node->watch_spec());
  }
  std::vector<UniqueFd> sockets = keeper.sockets(specs);
  for (std::size_t i = 0; i < without.size(); ++i)
    without[i]->watch_when_needed = std::make_unique<netlink::Watch>(std::move(sockets[i]));
}

void LabState::open_icmp(const std::vector<std::pair<NodeState*, Family>>& wanted) {
  constexpr std::size_t kAtOnce = 16;  // descriptors in flight are bounded
  std::vector<std::pair<NodeState*, Family>> without;
  const auto open = [&] {
    std::vector<netns::Keeper::SocketSpec> specs;
    for (const auto& [node, family] : without) {
      const bool v4 = family == Family::kIpv4;
      specs.push_back({node->index, v4 ? AF_INET : AF_INET6, SOCK_RAW,
                       v4 ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6)});
    }
    std::vector<UniqueFd> sockets = keeper.sockets(specs);
    for (std::size_t i = 0; i < without.size(); ++i) {
      icmp::prepare_socket(sockets[i].get(), without[i].second);
      without[i].first->icmp_fd(without[i].second) = std::move(sockets[i]);
    }
    without.clear();
  };
  for (const auto& one : wanted) {
    if (one.first->icmp_fd(one.second) || std::ranges::count(without, one) > 0) continue;
    without.push_back(one);
    if (without.size() == kAtOnce) open();
  }
  open();
}

void LabState::forget_unresolved() {
  if (!unresolved && !sockets_out) return;
  for (const auto& node : nodes) netlink::forget_incomplete(node->state().netlink);
  unresolved = false;
}

}  // namespace vethlab::internal
