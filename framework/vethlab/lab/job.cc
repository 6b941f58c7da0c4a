#include <vethlab/lab/job.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>

#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using namespace std::chrono_literals;

// The kernel announces no new listener: it is asked again after so long, or when the job has ended.
constexpr auto kAgain = 1ms;

}  // namespace

Job::Job(std::unique_ptr<internal::Closure> closure) : closure_(std::move(closure)) {}

Job::~Job() = default;

void Job::end(std::chrono::milliseconds grace) {
  if (const auto closure = std::exchange(closure_, nullptr)) closure->end(grace);
}

void Job::join(std::chrono::milliseconds timeout, Caller caller) {
  if (!closure_) return;
  const auto closure = std::exchange(closure_, nullptr);
  (void)closure->answer(timeout, caller);
}

Job& Node::keep(std::unique_ptr<internal::Closure> closure, const StartOptions& options,
                Caller caller) const {
  for (const Ready::Condition& each : options.ready.conditions())
    if (each.of_programs)
      throw_bad_argument(
          caller, fmt::format("start: \"{}\" is of a program that spawn started", each.what));
  const auto deadline = Deadline::in(options.timeout);
  while (!state_->attempt(caller, [&] { return options.ready.holds({*this}); })) {
    if (closure->has_ended(kAgain)) {
      (void)closure->answer(options.timeout, caller);
      reporter().abandon(
          caller, fmt::format("the closure in {} ended before {}", name(), options.ready.what()));
    }
    if (deadline.over()) {
      closure->report_what_came();
      reporter().abandon(
          caller, fmt::format("the closure in {} was not ready in {} ms: it is when {}", name(),
                              options.timeout.count(), options.ready.what()));
    }
  }
  return *state_->lab.jobs.emplace_back(std::make_unique<Job>(std::move(closure)));
}

}  // namespace vethlab
