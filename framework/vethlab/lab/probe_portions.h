// private
#pragma once

#include <vethlab/lab/lab.h>

#include <span>
#include <vector>

namespace vethlab::internal {

// Lab::probe for as many probes as a matrix has. Each pair is an entry in the kernel's neighbour
// tables, which are one for the whole machine (gc_thresh3 in arp(7): 1024): more probes than
// kPortion go in turns, after each of which all nodes forget what they have learnt.
inline constexpr std::size_t kPortion = 128;
std::vector<ProbeReport> probe_in_portions(LabState& lab, std::span<const Probe> probes,
                                           Caller caller);

}  // namespace vethlab::internal
