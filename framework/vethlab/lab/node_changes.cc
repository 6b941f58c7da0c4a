#include <vethlab/base/errors.h>
#include <vethlab/lab/names.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/ready.h>
#include <vethlab/lab/route_checks.h>
#include <vethlab/lab/steps.h>
#include <vethlab/lab/sysctl_path.h>
#include <vethlab/netlink/address_requests.h>
#include <vethlab/netlink/device_names.h>
#include <vethlab/netlink/link_requests.h>
#include <vethlab/netlink/neighbour_requests.h>
#include <vethlab/netlink/route_requests.h>
#include <vethlab/netlink/rule_requests.h>

#include <fmt/format.h>

// Every change: check the arguments, ask the kernel, wait until it has taken effect, and forget
// what was learnt in vain before it.
namespace vethlab {
namespace {

using internal::NodeState;

template <class F>
void change(NodeState& node, Caller caller, F f) {
  node.attempt(caller, [&] {
    f();
    node.lab.forget_unresolved();
  });
}

// A change of one interface, which is then waited for.
template <class F>
void change_link(NodeState& node, std::string_view dev, Caller caller, F f) {
  change(node, caller, [&] {
    const int index = netlink::index_of(node.netlink, dev);
    f(index);
    internal::wait_ready(node.lab, {{&node, index}});
  });
}

}  // namespace

void Node::add_address(TextView dev, Prefix address, Caller caller) {
  const internal::Doing doing(*state_, caller, "add_address", dev, address);
  change_link(*state_, dev, caller, [&](int index) {
    netlink::add_address(state_->netlink, index, dev, address, netlink::Dad::kAsDevice);
  });
}

void Node::delete_address(TextView dev, Prefix address, Caller caller) {
  const internal::Doing doing(*state_, caller, "delete_address", dev, address);
  change(*state_, caller, [&] {
    const int index = netlink::index_of(state_->netlink, dev);
    netlink::delete_address(state_->netlink, index, dev, address);
  });
}

void Node::add_route(const Route& route, Caller caller) {
  const internal::Doing doing(*state_, caller, "add_route", route);
  const Route checked = internal::checked_route(route, "add_route", caller);
  change(*state_, caller, [&] { netlink::add_route(state_->netlink, checked); });
}

void Node::delete_route(const Route& route, Caller caller) {
  const internal::Doing doing(*state_, caller, "delete_route", route);
  const Route checked = internal::checked_route(route, "delete_route", caller);
  change(*state_, caller, [&] { netlink::delete_route(state_->netlink, checked); });
}

void Node::add_neighbour(const Neighbour& neighbour, Caller caller) {
  const internal::Doing doing(*state_, caller, "add_neighbour", neighbour);
  internal::check_neighbour(neighbour, caller);
  change(*state_, caller, [&] { netlink::add_neighbour(state_->netlink, neighbour); });
}

void Node::delete_neighbour(const Neighbour& neighbour, Caller caller) {
  const internal::Doing doing(*state_, caller, "delete_neighbour", neighbour);
  change(*state_, caller, [&] { netlink::delete_neighbour(state_->netlink, neighbour); });
}

void Node::add_rule(const Rule& rule, Caller caller) {
  const internal::Doing doing(*state_, caller, "add_rule", rule);
  const Rule checked = internal::checked_rule(rule, "add_rule", caller);
  if (checked.action == "lookup" && checked.table == 0)
    throw_bad_argument(caller, "add_rule: table is missing");
  change(*state_, caller, [&] { netlink::add_rule(state_->netlink, checked); });
}

void Node::delete_rule(const Rule& rule, Caller caller) {
  const internal::Doing doing(*state_, caller, "delete_rule", rule);
  const Rule checked = internal::checked_rule(rule, "delete_rule", caller);
  change(*state_, caller, [&] { netlink::delete_rule(state_->netlink, checked); });
}

void Node::add_veth(TextView name, TextView peer, Caller caller) {
  const internal::Doing doing(*state_, caller, "add_veth", name, peer);
  internal::check_interface_name(name, "add_veth", caller);
  internal::check_interface_name(peer, "add_veth", caller);
  auto& plan = state_->lab.plan;
  const auto end = [&](std::string_view n) {
    return netlink::VethEnd{
        .name = std::string(n), .index = plan.next_index(), .mac = plan.next_mac()};
  };
  change(*state_, caller, [&] { netlink::add_veth(state_->netlink, end(name), end(peer)); });
}

void Node::add_bridge(TextView name, Caller caller) {
  const internal::Doing doing(*state_, caller, "add_bridge", name);
  internal::check_interface_name(name, "add_bridge", caller);
  auto& plan = state_->lab.plan;
  change(*state_, caller, [&] {
    netlink::add_bridge(state_->netlink, std::string(std::string_view(name)), plan.next_index(),
                        plan.next_mac());
  });
}

void Node::set_up(TextView dev, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_up", dev);
  change_link(*state_, dev, caller,
              [&](int index) { netlink::set_up(state_->netlink, index, dev); });
}

void Node::set_down(TextView dev, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_down", dev);
  change_link(*state_, dev, caller,
              [&](int index) { netlink::set_down(state_->netlink, index, dev); });
}

void Node::set_mtu(TextView dev, int bytes, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_mtu", dev, bytes);
  change_link(*state_, dev, caller,
              [&](int index) { netlink::set_mtu(state_->netlink, index, dev, bytes); });
}

void Node::set_mac(TextView dev, TextView mac, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_mac", dev, mac);
  internal::check_mac(mac, "set_mac", caller);
  change_link(*state_, dev, caller, [&](int index) {
    const std::string before = link(dev, caller).mac;
    netlink::set_mac(state_->netlink, index, dev, std::string(std::string_view(mac)));
    for (const auto& node : state_->lab.nodes)
      netlink::forget_lladdr(node->state().netlink, before);
  });
}

void Node::set_name(TextView dev, TextView name, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_name", dev, name);
  internal::check_interface_name(name, "set_name", caller);
  change_link(*state_, dev, caller, [&](int index) {
    netlink::rename(state_->netlink, index, dev, std::string(std::string_view(name)));
  });
}

void Node::set_master(TextView dev, TextView master, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_master", dev, master);
  change_link(*state_, dev, caller, [&](int index) {
    const int bridge = netlink::index_of(state_->netlink, master);
    netlink::set_master(state_->netlink, index, dev, bridge, master);
  });
}

void Node::set_nomaster(TextView dev, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_nomaster", dev);
  change_link(*state_, dev, caller,
              [&](int index) { netlink::set_master(state_->netlink, index, dev, 0, {}); });
}

void Node::move(TextView dev, Node& to, Caller caller) {
  const internal::Doing doing(*state_, caller, "move", dev, to.name());
  if (&to.state().lab != &state_->lab)
    throw_bad_argument(
        caller, fmt::format("move: node {} belongs to another lab than {}", to.name(), name()));
  change(*state_, caller, [&] {
    const int index = netlink::index_of(state_->netlink, dev);
    netlink::move(state_->netlink, index, dev, to.state().netns.get(), to.name());
  });
}

void Node::delete_link(TextView dev, Caller caller) {
  const internal::Doing doing(*state_, caller, "delete_link", dev);
  change(*state_, caller, [&] {
    const int index = netlink::index_of(state_->netlink, dev);
    netlink::delete_link(state_->netlink, index, dev);
  });
}

// A setting may change which addresses and links work: all of the node is waited for.
void Node::set_sysctl(TextView name, TextView value, Caller caller) {
  const internal::Doing doing(*state_, caller, "set_sysctl", name, value);
  const std::string path = internal::sysctl_path(name, caller);
  change(*state_, caller, [&] {
    state_->lab.keeper.write_sysctl(state_->index, path, value);
    internal::wait_ready(state_->lab, internal::all_places(*state_));
  });
}

}  // namespace vethlab
