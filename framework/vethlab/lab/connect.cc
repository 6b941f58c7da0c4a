#include <vethlab/base/errors.h>
#include <vethlab/lab/lab.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/names.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/ready.h>
#include <vethlab/lab/steps.h>
#include <vethlab/netlink/address_requests.h>
#include <vethlab/netlink/device_names.h>
#include <vethlab/netlink/link_requests.h>

#include <cerrno>
#include <optional>
#include <ostream>
#include <set>

#include <fmt/format.h>

namespace vethlab {
namespace {

using internal::LabState;
using internal::NodeState;

// An end as the test gave it: "client eth0 10.0.0.1/24".
struct GivenEnd {
  std::string node;
  std::string dev;
  std::vector<Prefix> addresses;
  friend std::ostream& operator<<(std::ostream& os, const GivenEnd& end) {
    os << end.node << (end.dev.empty() ? "" : " ") << end.dev;
    for (const Prefix& each : end.addresses) os << ' ' << each;
    return os;
  }
};

GivenEnd given(const End& end) { return {end.node().name(), end.name(), end.addresses().list()}; }

// One end, all questions answered: nothing is created before both are.
struct Plan {
  NodeState& node;
  netlink::VethEnd link;
  std::vector<Prefix> addresses;
};

std::set<std::string> taken_names(NodeState& node) {
  std::set<std::string> names;
  for (const Link& link : netlink::links(node.netlink)) names.insert(link.name);
  return names;
}

std::string free_name(NodeState& node, const std::string& not_this) {
  const std::set<std::string> taken = taken_names(node);
  const char* const stem = node.is_switch ? "port" : "eth";
  for (int i = 0;; ++i) {
    std::string name = fmt::format("{}{}", stem, i);
    if (!taken.contains(name) && name != not_this) return name;
  }
}

void check_end(LabState& lab, const End& end, Caller caller) {
  NodeState& node = end.node().state();
  if (&node.lab != &lab)
    throw_bad_argument(caller, fmt::format("connect: node {} belongs to another lab", node.name));
  if (end.named()) internal::check_interface_name(end.name(), "connect", caller);
  if (!end.options().mac.empty()) internal::check_mac(end.options().mac, "connect", caller);
  if (end.options().mtu < 68 || end.options().mtu > 65535)
    throw_bad_argument(caller,
                       fmt::format("connect: mtu {} is not 68 to 65535", end.options().mtu));
  std::set<std::string> seen;
  for (const Prefix& address : end.addresses().list()) {
    if (!seen.insert(address.address().text()).second)
      throw_bad_argument(caller, fmt::format("connect: address {} is given twice", address.text()));
  }
  if (node.is_switch && !end.addresses().list().empty())
    throw_bad_argument(
        caller, fmt::format("connect: {} is a switch: its ports have no addresses", node.name));
}

// The plan's addresses: on a wire between nodes this end is the host-th, at a switch the next one.
std::vector<Prefix> addresses_of(LabState& lab, const End& end, const End& other, int& wire,
                                 int host, Caller caller) {
  NodeState& far = other.node().state();
  if (!end.addresses().list().empty()) return end.addresses().list();
  if (end.node().state().is_switch) return {};
  if (far.is_switch) return lab.plan.addresses(far.subnet, ++far.hosts, caller);
  if (!other.addresses().list().empty()) return {};  // whoever chose that one chooses this one
  if (wire == 0) wire = lab.plan.new_wire();
  return lab.plan.addresses(wire, host, caller);
}

netlink::VethEnd link_of(LabState& lab, const End& end, const std::string& not_this) {
  NodeState& node = end.node().state();
  return {.name = end.named() ? end.name() : free_name(node, not_this),
          .index = lab.plan.next_index(),
          .mac = end.options().mac.empty() ? lab.plan.next_mac() : end.options().mac,
          .mtu = end.options().mtu,
          .netns = node.netns.get(),
          .master = node.bridge};
}

// The kernel's EEXIST does not say which of the two names is taken.
void explain_taken(const Plan& plan, Caller caller) {
  if (taken_names(plan.node).contains(plan.link.name))
    throw_bad_argument(caller, fmt::format("connect: interface name \"{}\" is taken in {}",
                                           plan.link.name, plan.node.name));
}

void make_links(Plan& a, Plan& b, Caller caller) {
  if (&a.node == &b.node && a.link.name == b.link.name)
    throw_bad_argument(
        caller, fmt::format("connect: both ends in {} are named \"{}\"", a.node.name, a.link.name));
  // The message goes to the end that is to have a master: a peer cannot be given one at birth.
  Plan& near = a.link.master != 0 ? a : b;
  Plan& far = a.link.master != 0 ? b : a;
  const int far_master = std::exchange(far.link.master, 0);
  near.link.netns = -1;
  try {
    netlink::add_veth(near.node.netlink, near.link, far.link);
  } catch (const Refusal& refusal) {
    if (refusal.error == EEXIST) {
      explain_taken(a, caller);
      explain_taken(b, caller);
    }
    if (refusal.error == EOPNOTSUPP)
      throw Unsupported(
          fmt::format("this kernel has no veth: {}: {}\nTo mend it: modprobe veth, or a "
                      "kernel with CONFIG_VETH",
                      refusal.attempt, errno_text(refusal.error)));
    throw;
  }
  if (far_master != 0)
    netlink::set_master(far.node.netlink, far.link.index, far.link.name, far_master, "br0");
}

void bring_up(Plan& end) {
  for (const Prefix& address : end.addresses)
    netlink::add_address(end.node.netlink, end.link.index, end.link.name, address,
                         netlink::Dad::kAsDevice);
  netlink::set_up(end.node.netlink, end.link.index, end.link.name);
}

}  // namespace

Wire& Lab::connect(const End& a, const End& b, Caller caller) {
  const internal::Doing doing(*state_, "", caller, "connect", given(a), "--", given(b));
  check_end(*state_, a, caller);
  check_end(*state_, b, caller);
  const std::string where = fmt::format(" (connect {} and {})", a.node().name(), b.node().name());
  return LabState::attempt(caller, where, [&]() -> Wire& {
    int wire = 0;
    Plan pa{a.node().state(), {}, addresses_of(*state_, a, b, wire, 1, caller)};
    Plan pb{b.node().state(), {}, addresses_of(*state_, b, a, wire, 2, caller)};
    const bool same = &pa.node == &pb.node;
    pa.link = link_of(*state_, a, same ? b.name() : "");
    pb.link = link_of(*state_, b, same ? pa.link.name : "");
    make_links(pa, pb, caller);
    try {
      bring_up(pa);
      bring_up(pb);
      internal::wait_ready(*state_, {{&pa.node, pa.link.index}, {&pb.node, pb.link.index}});
    } catch (...) {
      netlink::delete_link(pa.node.netlink, pa.link.index, pa.link.name);
      throw;
    }
    state_->forget_unresolved();
    return *state_->wires.emplace_back(std::make_unique<Wire>(Wire::Side{a.node(), pa.link.name},
                                                              Wire::Side{b.node(), pb.link.name}));
  });
}

}  // namespace vethlab
