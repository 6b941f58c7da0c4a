#pragma once

#include "raw_node.h"

namespace vethlab::bench {

// The story: two namespaces, a veth pair between them, addresses, up, one ping each way, all
// closed. The process ends where it began, at home.
void tell_floor_story(const Home& home);

}  // namespace vethlab::bench
