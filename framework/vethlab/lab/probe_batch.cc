#include <vethlab/lab/probe_batch.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/asking.h>
#include <vethlab/lab/echoes.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/port_probes.h>
#include <vethlab/lab/steps.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

const char* verb(const Probe& probe) {
  return probe.to.transport() == Transport::kIcmp ? "ping" : "probe";
}

std::string count(std::span<const Probe> probes) {
  return fmt::format("{} at once", probes.size());
}

void note(const std::vector<ProbeReport>& reports, Doing& doing) {
  if (reports.size() == 1) return doing.result(reports.front());
  doing.result(fmt::format("{} answered", std::ranges::count_if(reports, [](const auto& report) {
                             return report.received != 0;
                           })));
}

std::vector<ProbeReport> at_once(LabState& lab, std::span<const Probe> probes, Resolver& resolver,
                                 Caller caller) {
  std::vector<ProbeTarget> to_nodes;
  std::vector<ProbeTarget> to_ports;
  for (const Probe& probe : probes)
    (probe.to.transport() == Transport::kIcmp ? to_nodes : to_ports)
        .push_back(resolve(probe, resolver, verb(probe), caller));

  Echoes echoes(lab, std::move(to_nodes));
  PortProbes ports(lab, std::move(to_ports));
  std::vector<ProbeRound*> rounds = {echoes.round(), ports.round()};
  std::erase(rounds, nullptr);
  run_together(rounds);

  std::vector<ProbeReport> of_nodes = echoes.reports();
  std::vector<ProbeReport> of_ports = ports.reports();
  if (of_ports.empty()) return of_nodes;
  auto node = of_nodes.begin();
  auto port = of_ports.begin();
  std::vector<ProbeReport> in_order;
  in_order.reserve(probes.size());
  for (const Probe& probe : probes)
    in_order.push_back(std::move(probe.to.transport() == Transport::kIcmp ? *node++ : *port++));
  return in_order;
}

}  // namespace

std::vector<ProbeReport> probe(LabState& lab, std::span<const Probe> probes, Caller caller) {
  const bool one = probes.size() == 1;
  Doing doing(lab, one ? std::string_view(probes.front().from.name()) : "", caller,
              one ? verb(probes.front()) : "probe", one ? probes.front().to.text() : count(probes));
  for (const Probe& probe : probes) check_probe(lab, probe, verb(probe), caller);
  const std::string where =
      probes.size() == 1 ? fmt::format(" in {}", probes.front().from.name()) : "";
  return LabState::attempt(caller, where, [&] {
    Resolver resolver;
    if (asking != nullptr)
      for (const Probe& each : probes) {
        asking->note_announced(each.from.state());
        asking->note_again(each.options.interval);
      }
    std::vector<ProbeReport> reports;
    reports.reserve(probes.size());
    for (auto rest = probes; !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), icmp::kMostAtOnce));
      std::ranges::move(at_once(lab, some, resolver, caller), std::back_inserter(reports));
      rest = rest.subspan(some.size());
    }
    for (const ProbeReport& report : reports)
      if (report.received < static_cast<int>(report.echoes.size())) lab.unresolved = true;
    note(reports, doing);
    return reports;
  });
}

std::vector<ProbeReport> ping(LabState& lab, std::span<const Probe> probes, Caller caller) {
  for (const Probe& each : probes)
    if (each.to.transport() != Transport::kIcmp)
      throw_bad_argument(caller,
                         fmt::format("ping: an echo has no port: probe() asks {}", each.to.text()));
  return probe(lab, probes, caller);
}

}  // namespace vethlab::internal
