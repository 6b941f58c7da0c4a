// private
#pragma once

#include <vethlab/evidence/evidence.h>

#include <string>

namespace vethlab::evidence {

// The network as a graph: the nodes, the wires with their ends, what is down dashed, the broken hop in
// red. For Mermaid, and for dot(1).
std::string mermaid(const Evidence& all);
std::string dot(const Evidence& all);

}  // namespace vethlab::evidence
