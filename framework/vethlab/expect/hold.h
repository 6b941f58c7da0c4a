// private
#pragma once

#include <vethlab/evidence/evidence.h>

namespace vethlab::internal {

bool is_hold_wanted();  // VETHLAB_HOLD=1
bool can_hold();        // there is a terminal to wait at

// Shows the network and how to enter its nodes, and waits for Enter or SIGCONT. Where there is no
// terminal to wait at, it says so and goes on.
void hold(const evidence::Evidence& all);

}  // namespace vethlab::internal
