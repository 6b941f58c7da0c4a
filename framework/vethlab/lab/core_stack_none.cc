#include <vethlab/lab/core_stack.h>

namespace vethlab::internal {

std::vector<Frame> stack_in_core(int /*file*/, pid_t /*pid*/) { return {}; }

}  // namespace vethlab::internal
