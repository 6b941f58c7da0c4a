// private
#pragma once

#include <vethlab/lab/symbols.h>

#include <sys/types.h>

#include <vector>

namespace vethlab::internal {

// The stack in the core(5) that process `pid` left, of the thread that its signal ended, innermost
// first. Empty where `file` is no such core, or where vethlab was built without libdw.
std::vector<Frame> stack_in_core(int file, pid_t pid);

}  // namespace vethlab::internal
