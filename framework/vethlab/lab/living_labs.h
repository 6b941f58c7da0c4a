// private
#pragma once

namespace vethlab::internal {

// How many Labs there are in this process.
int living_labs();

}  // namespace vethlab::internal
