#include <vethlab/lab/inside.h>

#include <vethlab/lab/asking.h>

namespace vethlab::internal {
namespace {

int depth = 0;
bool job = false;

}  // namespace

int closure_depth() noexcept { return depth; }

bool in_job() noexcept { return job; }

[[gnu::hot]] void enter_closure(bool as_job) noexcept {
  ++depth;
  job = as_job;
  asking = nullptr;  // who waits is the test
}

}  // namespace vethlab::internal
