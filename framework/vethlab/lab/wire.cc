#include <vethlab/lab/wire.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>
#include <vethlab/netlink/device_names.h>
#include <vethlab/netlink/qdisc_requests.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using namespace std::chrono_literals;

std::string name_of(const Wire& wire) { return wire.a().node.name() + "--" + wire.b().node.name(); }

// Of IPv6: whether the addresses outlive the interface's going down.
std::string keep_addresses_of(const Wire::Side& side) {
  return fmt::format("net/ipv6/conf/{}/keep_addr_on_down", side.dev);
}

bool has_ipv6(const Wire::Side& side, Caller caller) {
  return std::ranges::any_of(side.node.addresses(caller), [&](const InterfaceAddress& address) {
    return address.dev == side.dev && address.address.family() == Family::kIpv6;
  });
}

// What the kernel deletes with the interface and nobody puts back. A daemon's are the daemon's.
std::vector<Route> static_routes(const Wire::Side& side, Caller caller) {
  std::vector<Route> found;
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    for (Route& route : side.node.routes({.family = family, .table = 0}, caller)) {
      const bool by_hand = route.proto == "boot" || route.proto == "static";
      const bool here =
          route.dev == side.dev || std::ranges::count(route.nexthops, side.dev, &NextHop::dev) > 0;
      if (by_hand && here) found.push_back(std::move(route));
    }
  }
  // Gateways come after the routes that lead to them.
  std::stable_partition(found.begin(), found.end(),
                        [](const Route& route) { return !route.via && route.nexthops.empty(); });
  return found;
}

void add_unless_there(Node& node, const Route& route, Caller caller) {
  try {
    node.add_route(route, caller);
  } catch (const std::system_error& refused) {  // of several next hops, it may have outlived one
    if (refused.code().value() != EEXIST) throw;
  }
}

void check(const Impairment& impairment, Caller caller) {
  const auto check_time = [&](std::string_view field, std::chrono::milliseconds time,
                              std::chrono::milliseconds most, std::string_view range) {
    if (time < 0ms || time > most)
      throw_bad_argument(
          caller, fmt::format("set_impairment: {} {} ms is not {}", field, time.count(), range));
  };
  check_time("delay", impairment.delay, 1h, "0 ms to 1 h");
  check_time("jitter", impairment.jitter, 2s, "0 ms to 2 s");
  if (!(impairment.loss_percent >= 0 && impairment.loss_percent <= 100))  // nor is NaN
    throw_bad_argument(caller, fmt::format("set_impairment: loss_percent {} is not 0 to 100",
                                           impairment.loss_percent));
  const std::int64_t rate = impairment.rate_bits_per_second;
  if (rate != 0 && rate < 8)
    throw_bad_argument(
        caller, fmt::format("set_impairment: rate_bits_per_second {} is neither 0 (no limit) nor 8 "
                            "or more",
                            rate));
}

void set_netem(internal::NodeState& node, int index, const std::string& dev,
               const Impairment& impairment) {
  try {
    netlink::set_root_netem(node.netlink, index, dev, impairment);
  } catch (const Refusal& refusal) {
    if (refusal.error != ENOENT) throw;
    throw Unsupported(fmt::format(
        "this kernel cannot impair a wire: {}: {} ({})\nTo mend it: modprobe sch_netem, "
        "or a kernel with CONFIG_NET_SCH_NETEM (Debian: any linux-image)",
        refusal.attempt, errno_text(refusal.error), errno_name(refusal.error)));
  }
}

}  // namespace

void Wire::set_down(Caller caller) { set_down(a_.node, caller); }

void Wire::set_down(const Node& seen_by, Caller caller) {
  if (&seen_by != &a_.node && &seen_by != &b_.node)
    throw_bad_argument(caller,
                       fmt::format("set_down: {} is at neither end of the wire from {} to {}",
                                   seen_by.name(), a_.node.name(), b_.node.name()));
  const internal::Doing doing(seen_by.state().lab, name_of(*this), caller, "set_down");
  const Side& far = &seen_by == &a_.node ? b_ : a_;
  if (std::ranges::count(unplugged_, &far, &Unplugged::side) > 0) return;
  Unplugged end{&far, static_routes(far, caller), {}};
  if (has_ipv6(far, caller)) {
    end.keep_addresses = far.node.sysctl(keep_addresses_of(far), caller);
    far.node.set_sysctl(keep_addresses_of(far), "1", caller);
  }
  unplugged_.push_back(std::move(end));
  far.node.set_down(far.dev, caller);
}

void Wire::set_up(Caller caller) {
  const internal::Doing doing(a_.node.state().lab, name_of(*this), caller, "set_up");
  const std::vector<Unplugged> ends = std::exchange(unplugged_, {});
  for (const Unplugged& end : ends) {
    Node& node = end.side->node;
    node.set_up(end.side->dev, caller);
    if (!end.keep_addresses.empty())
      node.set_sysctl(keep_addresses_of(*end.side), end.keep_addresses, caller);
  }
  for (const Unplugged& end : ends)
    for (const Route& route : end.routes) add_unless_there(end.side->node, route, caller);
}

void Wire::drop_all(Caller caller) {
  const internal::Doing doing(a_.node.state().lab, name_of(*this), caller, "drop_all");
  set_qdiscs(true, impairment_, caller);
}

void Wire::pass_all(Caller caller) {
  if (!drops_) return;
  const internal::Doing doing(a_.node.state().lab, name_of(*this), caller, "pass_all");
  set_qdiscs(false, impairment_, caller);
}

void Wire::set_impairment(Impairment impairment, Caller caller) {
  check(impairment, caller);
  if (impairment == impairment_) return;
  const internal::Doing doing(a_.node.state().lab, name_of(*this), caller, "set_impairment");
  set_qdiscs(drops_, impairment, caller);
}

void Wire::set_qdiscs(bool drops, const Impairment& impairment, Caller caller) {
  for (const Side* const side : {&a_, &b_}) {
    internal::NodeState& node = side->node.state();
    node.attempt(caller, [&] {
      const int index = netlink::index_of(node.netlink, side->dev);
      if (drops) return netlink::set_root_qdisc(node.netlink, index, side->dev, "blackhole");
      if (impairment != Impairment{}) set_netem(node, index, side->dev, impairment);
      else netlink::delete_root_qdisc(node.netlink, index, side->dev);
      node.lab.forget_unresolved();
    });
  }
  drops_ = drops;
  impairment_ = impairment;
}

}  // namespace vethlab
