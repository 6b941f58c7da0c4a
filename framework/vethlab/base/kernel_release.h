// private
#pragma once

namespace vethlab {

// Where something is not to be asked for otherwise than by the kernel's number (uname(2)): 5, 11 for Linux 5.11.
bool kernel_is_at_least(int major, int minor);

}  // namespace vethlab
