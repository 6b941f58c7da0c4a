#pragma once

#include <vethlab/vethlab.h>

namespace vethlab {

// For something that takes a time, as a stream does.
inline void pass_time(const Node& node, std::chrono::milliseconds time) {
  EXPECT_FALSE(node.wait_until([] { return false; }, time));
}

}  // namespace vethlab
