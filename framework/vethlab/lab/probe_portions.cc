#include <vethlab/lab/probe_portions.h>

#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/probe_batch.h>
#include <vethlab/netlink/neighbour_requests.h>

#include <algorithm>
#include <iterator>

namespace vethlab::internal {

std::vector<ProbeReport> probe_in_portions(LabState& lab, std::span<const Probe> probes,
                                           Caller caller) {
  if (probes.size() <= kPortion) return probe(lab, probes, caller);
  std::vector<ProbeReport> reports;
  reports.reserve(probes.size());
  while (!probes.empty()) {
    const auto portion = probes.first(std::min(probes.size(), kPortion));
    std::ranges::move(probe(lab, portion, caller), std::back_inserter(reports));
    for (const auto& node : lab.nodes)
      node->state().attempt(caller, [&] { netlink::forget_learnt(node->state().netlink); });
    probes = probes.subspan(portion.size());
  }
  return reports;
}

}  // namespace vethlab::internal
