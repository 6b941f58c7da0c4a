// private
#pragma once

namespace vethlab::internal {

struct LabState;

// Ends the closures and programs that still run in the lab, in order: jobs by SIGTERM, the last
// first, then what they and programs left behind; what refuses is killed, and fails the test. At
// last the TCP connections of its nodes, which would hold their namespaces.
// Nothing in a fork of the lab's owner.
void end_all_inside(LabState& lab) noexcept;

}  // namespace vethlab::internal
