#include <vethlab/expect/eventually.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/default_time.h>
#include <vethlab/base/errors.h>
#include <vethlab/base/time_text.h>
#include <vethlab/expect/history.h>
#include <vethlab/lab/asking.h>

#include <fmt/format.h>

namespace vethlab::internal {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

struct Waiting::State {
  State(Goal its_goal, std::optional<milliseconds> its_time) : goal(its_goal), given(its_time) {}

  [[nodiscard]] milliseconds time() const {
    if (given) return *given;
    return asking.patience().value_or(default_time(5));  // where no lab was asked
  }
  [[nodiscard]] milliseconds asked_after() const {
    return std::chrono::duration_cast<milliseconds>(asked_at - begin);
  }

  Goal goal;
  std::optional<milliseconds> given;
  Deadline::Clock::time_point begin = Deadline::Clock::now();
  Deadline::Clock::time_point asked_at = begin;
  History history = {};
  Asking asking = {};
};

Waiting::Waiting(Goal goal, std::optional<milliseconds> time, Caller caller) {
  if (time && (*time < 0ms || *time > 24h))
    throw_bad_argument(
        caller,
        fmt::format("{} {} ms is not 0 ms to a day",
                    goal == Goal::kStays ? "STAYS: during" : "EVENTUALLY: within", time->count()));
  state_ = std::make_unique<State>(goal, time);
}

Waiting::~Waiting() = default;

void Waiting::begin_asking() {
  state_->asking.begin();
  state_->asked_at = Deadline::Clock::now();
}

bool Waiting::shows(bool matched) const { return !matched || state_->goal == Goal::kStays; }

void Waiting::note(std::string answer, std::string explanation, std::string marked) {
  state_->history.add(state_->asked_after(), std::move(answer), std::move(explanation),
                      std::move(marked));
}

void Waiting::note_exception(const std::exception& exception) {
  state_->history.add(state_->asked_after(), fmt::format("threw: {}", exception.what()));
}

// The last one begins when the time is over, however long the one before it took.
bool Waiting::ask_again() {
  const auto end = state_->begin + state_->time();
  if (state_->asked_at >= end) return false;
  state_->asking.wait(Deadline(end));
  return true;
}

testing::AssertionResult Waiting::failure(const char* question, const std::string& expected) const {
  const State& s = *state_;
  const History& history = s.history;
  const std::string times =
      history.asked() == 1 ? "once" : fmt::format("{} times", history.asked());
  const bool stays = s.goal == Goal::kStays;
  return testing::AssertionFailure()
         << "Value of: " << question << "\nExpected: " << (stays ? "for " : "within ")
         << time_text(s.time()) << (stays ? " on end: " : ": ") << expected
         << "\n  Actual: " << (stays ? "not at " + moment_text(history.last_at()) : "never")
         << ", asked " << times << ":" << history.text();
}

}  // namespace vethlab::internal
