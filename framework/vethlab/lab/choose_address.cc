#include <vethlab/lab/choose_address.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/address_requests.h>

#include <algorithm>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

// The first of theirs on a network that both are on, else their first; none where one of the two
// has no address of the family.
std::optional<IpAddress> choose(Family family, const std::vector<Prefix>& ours,
                                const std::vector<Prefix>& theirs) {
  const auto first = std::ranges::find(theirs, family, &Prefix::family);
  if (first == theirs.end() || std::ranges::count(ours, family, &Prefix::family) == 0)
    return std::nullopt;
  const auto shared = std::ranges::find_if(theirs, [&](const Prefix& one) {
    return std::ranges::any_of(ours, [&](const Prefix& our) {
      return one.family() == family && our.contains(one.address());
    });
  });
  return (shared != theirs.end() ? shared : first)->address();
}

}  // namespace

const std::vector<Prefix>& Resolver::addresses(NodeState& node) {
  const auto [entry, is_new] = known_.try_emplace(&node);
  if (is_new) entry->second = netlink::global_addresses(node.netlink);
  return entry->second;
}

IpAddress Resolver::operator()(const Node& from, const Destination& to, Caller caller) {
  if (to.node() == nullptr) return to.address();
  NodeState& there = to.node()->state();
  if (&there.lab != &from.state().lab)
    throw_bad_argument(
        caller, fmt::format("node {} belongs to another lab than {}", there.name, from.name()));
  const auto& ours = addresses(from.state());
  const auto& theirs = addresses(there);
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    if (to.family() && to.family() != family) continue;
    if (const auto address = choose(family, ours, theirs)) return *address;
  }
  throw_bad_argument(
      caller, fmt::format("{} and {} have no addresses of one family: give {} an address, or "
                          "name the one you mean",
                          from.name(), there.name, theirs.empty() ? there.name : from.name()));
}

IpAddress address_on(NodeState& node, std::string_view dev, Family family, Caller caller) {
  std::optional<IpAddress> link_local;
  for (const InterfaceAddress& a : netlink::addresses(node.netlink)) {
    if (a.address.family() != family || (dev.empty() ? a.scope == "host" : a.dev != dev)) continue;
    if (a.scope != "link") return a.address.address();
    if (!link_local) link_local = a.address.address();
  }
  if (link_local) return *link_local;
  throw_bad_argument(caller, fmt::format("{} has no {} address{}", node.name,
                                         family == Family::kIpv4 ? "IPv4" : "IPv6",
                                         dev.empty() ? "" : fmt::format(" on {}", dev)));
}

}  // namespace vethlab::internal
