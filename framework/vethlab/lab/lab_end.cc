#include <vethlab/lab/lab_end.h>

#include <vethlab/base/reporter.h>
#include <vethlab/lab/job.h>
#include <vethlab/lab/lab_state.h>

namespace vethlab::internal {
namespace {

// What goes wrong here has no test any more to be told of by exception, and must not keep the rest
// from ending: a failure is recorded before it throws (--gtest_throw_on_failure).
template <class F>
void at_any_rate(F f) noexcept {
  try {
    f();
  } catch (...) {
  }
}

}  // namespace

void end_all_inside(LabState& lab) noexcept {
  if (!lab.keeper.is_mine()) return;
  const auto grace = lab.options.grace;
  for (; !lab.jobs.empty(); lab.jobs.pop_back()) at_any_rate([&] { lab.jobs.back()->end(grace); });
  at_any_rate([&] {
    netns::Init* const init = lab.keeper.running_init();
    const std::string refused = init != nullptr ? init->end_all(grace) : "";
    if (!refused.empty()) reporter().failure(lab.made, refused);
  });
}

}  // namespace vethlab::internal
