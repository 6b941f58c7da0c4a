#pragma once

#include "raw_node.h"

namespace vethlab::bench {

// Namespaces that nobody holds any more die later, in the background and at the cost of whatever
// runs then. This waits until all those given up so far are gone: one more is given up, whose end
// can be seen.
void wait_until_the_dead_are_gone(const Home& home);

}  // namespace vethlab::bench
