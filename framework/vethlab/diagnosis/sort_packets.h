// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <vector>

namespace vethlab::diagnosis {

// Pure: of all that was seen in a lab, what belongs to the probe of this case, into its lists. The probe
// is known by the first request that its source sent while it ran: its payload's first bytes, which a NAT
// leaves as they are (of TCP: the sequence number).
void sort_packets(Case& judged, std::vector<Sighting> seen);

}  // namespace vethlab::diagnosis
