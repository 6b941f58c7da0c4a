// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <string>

namespace vethlab::diagnosis {

// Whether a rule, or a policy, of this node's firewall drops or rejects the packet: asked of nf_tables
// itself. For that, a table of our own marks the packet for tracing while the probe is sent once more,
// and is deleted. `about` is the packet as the node saw it; nullptr: the probe, as its source sends it.
// Nothing found also where there is no nft(8), or the rule is one of legacy iptables'.
Finding dropped_by_firewall(Case& judged, const Node& node, const Sighting* about);

// The same probe once more; what comes of it, others look at.
void send_again(Case& judged);

}  // namespace vethlab::diagnosis
