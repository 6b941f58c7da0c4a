// private
#pragma once

#include <vethlab/lab/lab.h>

#include <span>
#include <vector>

namespace vethlab::internal {

// Lab::probe and Node::probe.
std::vector<ProbeReport> probe(LabState& lab, std::span<const Probe> probes, Caller caller);
// Lab::ping and Node::ping: refuses what is no echo.
std::vector<ProbeReport> ping(LabState& lab, std::span<const Probe> probes, Caller caller);

}  // namespace vethlab::internal
