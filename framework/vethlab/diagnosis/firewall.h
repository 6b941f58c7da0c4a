// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <string>

namespace vethlab::diagnosis {

// Whether a rule, or a policy, of this node's firewall drops or rejects the packet: asked of nf_tables
// itself. For that, a table of our own marks the packet for tracing while the probe is sent once more,
// and is deleted. `about` is the packet as the node saw it; nullptr: the probe, as its source sends it.
// Nothing found also where there is no nft(8).
Finding dropped_by_firewall(Case& judged, const Node& node, const Sighting* about);

// The same of the questions for a neighbour and of the answers, at the node that asks or is asked.
struct ResolutionWords {
  std::string came_in = {};  // what the node drops, if that came in: "the answer"
  std::string its_own = {};  // if it is the node's own: "the question"
};
Finding resolution_dropped_by_firewall(Case& judged, const Node& node, const IpAddress& target,
                                       const std::string& dev, const ResolutionWords& words);

// Its table of tracked connections is full: what would begin one is dropped, by no rule.
Finding dropped_by_full_table(Case& judged, const Node& node);

// A rule of legacy iptables', of which nf_tables knows nothing: known by its counter.
Finding dropped_by_legacy(Case& judged, const Node& node);

}  // namespace vethlab::diagnosis
