#include <vethlab/lab/probe_batch.h>

#include <vethlab/base/errors.h>
#include <vethlab/icmp/ping.h>
#include <vethlab/lab/choose_address.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/address_requests.h>
#include <vethlab/netlink/device_names.h>

#include <algorithm>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

void check(const ProbeOptions& o, Caller caller) {
  const auto in = [&](const char* what, long value, long least, long most) {
    if (value < least || value > most)
      throw_bad_argument(caller,
                         fmt::format("ping: {} {} is not {} to {}", what, value, least, most));
  };
  in("count", o.count, 1, 65535);
  in("payload", o.payload, 0, 65507);
  in("ttl", o.ttl, 1, 255);
  in("interval in ms", o.interval.count(), 0, 3'600'000);
  in("timeout in ms", o.timeout.count(), 1, 3'600'000);
}

icmp::Job job_of(const Probe& probe, const IpAddress& to, Caller caller) {
  NodeState& from = probe.from.state();
  const ProbeOptions& o = probe.options;
  icmp::Job job{.socket = from.icmp(to.family()), .to = to, .options = o};
  if (!o.dev.empty()) job.out = netlink::index_of(from.netlink, o.dev);
  if (!probe.to.zone().empty()) job.scope = netlink::index_of(from.netlink, probe.to.zone());
  if (o.src && o.src->family() != to.family())
    throw_bad_argument(caller, fmt::format("ping: src {} and {} are of different families",
                                           o.src->text(), to.text()));
  if (o.src &&
      std::ranges::count(netlink::own_addresses(from.netlink), *o.src, &Prefix::address) == 0)
    throw_bad_argument(
        caller, fmt::format("ping: src {} is not an address of {}", o.src->text(), from.name));
  if (probe.to.node() != nullptr) job.witnesses = {probe.to.node()->state().icmp(to.family())};
  return job;
}

// An answer came, and the node it was meant for never saw the echo: asks once more, with every
// node's eyes open.
std::string who_answers(LabState& lab, icmp::Job job) {
  const Family family = job.to.family();
  job.options.count = 1;
  job.witnesses.clear();
  for (const auto& node : lab.nodes) job.witnesses.push_back(node->state().icmp(family));
  const icmp::Outcome outcome = std::move(icmp::ping({&job, 1}).front());
  for (const auto& node : lab.nodes)
    if (std::ranges::count(outcome.seen_by, node->state().icmp(family)) > 0) return node->name();
  return "another host";
}

}  // namespace

std::vector<ProbeReport> ping(LabState& lab, std::span<const Probe> probes, Caller caller) {
  for (const Probe& probe : probes) {
    check(probe.options, caller);
    if (&probe.from.state().lab != &lab)
      throw_bad_argument(caller,
                         fmt::format("ping: node {} belongs to another lab", probe.from.name()));
  }
  const std::string where =
      probes.size() == 1 ? fmt::format(" in {}", probes.front().from.name()) : "";
  return LabState::attempt(caller, where, [&] {
    Resolver resolver;
    std::vector<IpAddress> addresses;
    std::vector<std::pair<NodeState*, Family>> sockets;
    for (const Probe& probe : probes) {
      addresses.push_back(resolver(probe.from, probe.to, caller));
      const Family family = addresses.back().family();
      sockets.emplace_back(&probe.from.state(), family);
      if (probe.to.node() != nullptr) sockets.emplace_back(&probe.to.node()->state(), family);
    }
    lab.open_icmp(sockets);
    std::vector<icmp::Job> jobs;
    jobs.reserve(probes.size());
    for (std::size_t i = 0; i < probes.size(); ++i)
      jobs.push_back(job_of(probes[i], addresses[i], caller));
    std::vector<icmp::Outcome> outcomes = icmp::ping(jobs);

    std::vector<ProbeReport> reports;
    reports.reserve(probes.size());
    for (std::size_t i = 0; i < probes.size(); ++i) {
      ProbeReport& report = outcomes[i].report;
      const Destination& to = probes[i].to;
      report.to =
          to.node() != nullptr ? fmt::format("{} ({})", to.text(), jobs[i].to.text()) : to.text();
      if (to.node() != nullptr && report.received > 0 && outcomes[i].seen_by.empty())
        report.answered_by = who_answers(lab, jobs[i]);
      if (report.received < static_cast<int>(report.echoes.size())) lab.unresolved = true;
      reports.push_back(std::move(report));
    }
    return reports;
  });
}

}  // namespace vethlab::internal
