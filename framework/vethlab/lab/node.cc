#include <vethlab/lab/node.h>

#include <vethlab/base/deadline.h>
#include <vethlab/lab/choose_address.h>
#include <vethlab/lab/daemon_state.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/probe_batch.h>
#include <vethlab/lab/steps.h>
#include <vethlab/lab/sysctl_path.h>
#include <vethlab/netlink/address_requests.h>
#include <vethlab/netlink/fdb_requests.h>
#include <vethlab/netlink/link_requests.h>
#include <vethlab/netlink/neighbour_requests.h>
#include <vethlab/netlink/route_requests.h>
#include <vethlab/netlink/rule_requests.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace vethlab {

Node::Node(std::unique_ptr<internal::NodeState> state) : state_(std::move(state)) {}
Node::~Node() = default;

const std::string& Node::name() const { return state_->name; }

std::vector<Link> Node::links(Caller caller) const {
  return state_->ask(caller, [&] {
    std::vector<Link> links = netlink::links(state_->netlink);
    for (Link& link : links) {
      if (!link.link_netnsid) continue;
      for (const auto& other : state_->lab.nodes) {
        if (netlink::netns_id(state_->netlink, other->state().netns.get()) != link.link_netnsid)
          continue;
        link.link_netns = other->name();
        break;
      }
    }
    return links;
  });
}

Link Node::link(TextView name, Caller caller) const {
  std::vector<Link> all = links(caller);
  const auto found = std::ranges::find(all, std::string_view(name), &Link::name);
  if (found != all.end()) return std::move(*found);
  throw_errno(caller, ENODEV,
              fmt::format("show interface {} in {}", std::string_view(name), state_->name));
}

std::vector<InterfaceAddress> Node::addresses(Caller caller) const {
  return state_->ask(caller, [&] { return netlink::addresses(state_->netlink); });
}

std::vector<Route> Node::routes(RouteQuery query, Caller caller) const {
  return state_->ask(caller, [&] { return netlink::routes(state_->netlink, query); });
}

std::vector<Neighbour> Node::neighbours(Caller caller) const {
  return state_->ask(caller, [&] { return netlink::neighbours(state_->netlink); });
}

std::vector<FdbEntry> Node::fdb(Caller caller) const {
  return state_->attempt(caller, [&] { return netlink::fdb(state_->netlink); });
}

std::vector<Rule> Node::rules(Family family, Caller caller) const {
  return state_->ask(caller, [&] { return netlink::rules(state_->netlink, family); });
}

Route Node::route_to(Destination to, const RouteToOptions& options, Caller caller) const {
  return state_->ask(caller, [&] {
    const IpAddress address = internal::Resolver()(*this, to, caller);
    if (options.src && options.src->family() != address.family())
      throw_bad_argument(caller, fmt::format("route_to: src {} and {} are of different families",
                                             options.src->text(), address.text()));
    return netlink::route_to(state_->netlink, {.to = address,
                                               .from = options.src,
                                               .out = options.dev.empty() ? to.zone() : options.dev,
                                               .mark = options.mark});
  });
}

std::string Node::sysctl(TextView name, Caller caller) const {
  const std::string path = internal::sysctl_path(name, caller);
  return state_->attempt(caller,
                         [&] { return state_->lab.keeper.read_sysctl(state_->index, path); });
}

IpAddress Node::address(TextView dev, Family family, Caller caller) const {
  return state_->ask(
      caller, [&] { return internal::address_on(*state_, std::string_view(dev), family, caller); });
}

ProbeReport Node::ping(Destination to, ProbeOptions options, Caller caller) const {
  const Probe probe{*this, std::move(to), std::move(options)};
  return std::move(internal::ping(state_->lab, {&probe, 1}, caller).front());
}

ProbeReport Node::probe(Destination to, ProbeOptions options, Caller caller) const {
  const Probe probe{*this, std::move(to), std::move(options)};
  return std::move(internal::probe(state_->lab, {&probe, 1}, caller).front());
}

bool Node::wait_until(const std::function<bool()>& holds,
                      std::optional<std::chrono::milliseconds> within, Caller caller) const {
  const internal::Doing doing(*state_, caller, "wait_until");
  return state_->attempt(caller, [&] {
    const auto deadline = Deadline::in(within.value_or(state_->lab.options.patience));
    netlink::Watch* const watch = &state_->watch();
    watch->clear();
    while (!holds()) {
      if (!netlink::wait_any({&watch, 1}, deadline, internal::watchers_of(state_->lab)))
        return holds();
      watch->clear();
      internal::check_daemons(state_->lab, caller);
    }
    return true;
  });
}

Monitor Node::monitor(Caller caller) const {
  return state_->attempt(caller, [&] { return Monitor(*state_, state_->new_watch()); });
}

UniqueFd Node::socket(int domain, int type, int protocol, Caller caller) const {
  state_->lab.sockets_out = true;
  return state_->attempt(caller, [&] {
    return state_->lab.keeper.socket({state_->index, domain, type, protocol});
  });
}

}  // namespace vethlab
