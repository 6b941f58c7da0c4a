// private
#pragma once

#include <vethlab/lab/lab.h>

#include <span>
#include <vector>

namespace vethlab::internal {

// Lab::ping and Node::ping.
std::vector<ProbeReport> ping(LabState& lab, std::span<const Probe> probes, Caller caller);

}  // namespace vethlab::internal
