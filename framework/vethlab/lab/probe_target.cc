#include <vethlab/lab/probe_target.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/address_requests.h>
#include <vethlab/netlink/device_names.h>

#include <algorithm>

#include <fmt/format.h>

namespace vethlab::internal {

NodeState& ProbeTarget::from() const { return probe->from.state(); }

NodeState* ProbeTarget::meant() const {
  return probe->to.node() != nullptr ? &probe->to.node()->state() : nullptr;
}

std::string ProbeTarget::text() const {
  const std::string text = probe->to.text();
  return meant() != nullptr ? fmt::format("{} ({})", text, to.text()) : text;
}

void check_probe(const LabState& lab, const Probe& probe, std::string_view verb, Caller caller) {
  const ProbeOptions& o = probe.options;
  const auto in = [&](const char* what, long value, long least, long most) {
    if (value < least || value > most)
      throw_bad_argument(caller,
                         fmt::format("{}: {} {} is not {} to {}", verb, what, value, least, most));
  };
  in("count", o.count, 1, 65535);
  in("payload", o.payload, 0, 65507);
  in("ttl", o.ttl, 1, 255);
  in("interval in ms", o.interval.count(), 0, 3'600'000);
  in("timeout in ms", o.timeout.count(), 1, 3'600'000);
  if (&probe.from.state().lab != &lab)
    throw_bad_argument(caller,
                       fmt::format("{}: node {} belongs to another lab", verb, probe.from.name()));
}

ProbeTarget resolve(const Probe& probe, Resolver& resolver, std::string_view verb, Caller caller) {
  NodeState& from = probe.from.state();
  const ProbeOptions& o = probe.options;
  ProbeTarget target{.probe = &probe, .to = resolver(probe.from, probe.to, caller)};
  if (!o.dev.empty()) target.out = netlink::index_of(from.netlink, o.dev);
  if (!probe.to.zone().empty()) target.scope = netlink::index_of(from.netlink, probe.to.zone());
  if (o.src && o.src->family() != target.to.family())
    throw_bad_argument(caller, fmt::format("{}: src {} and {} are of different families", verb,
                                           o.src->text(), target.to.text()));
  if (o.src &&
      std::ranges::count(netlink::own_addresses(from.netlink), *o.src, &Prefix::address) == 0)
    throw_bad_argument(
        caller, fmt::format("{}: src {} is not an address of {}", verb, o.src->text(), from.name));
  return target;
}

}  // namespace vethlab::internal
