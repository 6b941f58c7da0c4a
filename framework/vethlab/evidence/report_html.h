// private
#pragma once

#include <vethlab/evidence/evidence.h>

#include <string>

namespace vethlab::evidence {

// One page that shows all of it: what failed and why, the network, the timeline, each node. It needs nothing
// but itself (its style is in it, and a policy that forbids the browser to load anything), and
// links to the files beside it. The same evidence gives the same bytes. Whatever the texts are, it is HTML,
// and of a size to be opened: what is longer is cut in the middle, and says so.
std::string report_html(const Evidence& evidence);

}  // namespace vethlab::evidence
