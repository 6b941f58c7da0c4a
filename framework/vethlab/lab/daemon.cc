#include <vethlab/lab/daemon.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/base/time_text.h>
#include <vethlab/lab/daemon_state.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using internal::DaemonState;

// A question to the daemon, as each to the node.
template <class F>
decltype(auto) ask(DaemonState& state, Caller caller, F f) {
  return state.node.ask(caller, state.watcher ? state.watcher->fd() : -1, f);
}

}  // namespace

Daemon::Daemon(std::unique_ptr<internal::DaemonState> state) : state_(std::move(state)) {}

Daemon::~Daemon() = default;

const std::string& Daemon::name() const { return state_->name; }

int Daemon::pid() const { return state_->pid; }

bool Daemon::running(Caller caller) const {
  return ask(*state_, caller, [&] {
    (void)state_->ask();
    return !state_->end;
  });
}

std::vector<OutputLine> Daemon::lines(Caller caller) const {
  return ask(*state_, caller, [&] {
    (void)state_->ask();
    return state_->log.lines();
  });
}

std::vector<std::string> Daemon::output(Caller caller) const {
  std::vector<std::string> texts;
  for (OutputLine& line : lines(caller)) texts.push_back(std::move(line.text));
  return texts;
}

std::string Daemon::status(Caller caller) const {
  return ask(*state_, caller, [&] {
    (void)state_->ask();
    return state_->status;
  });
}

void Daemon::signal(int number, Caller caller) {
  if (number < 1 || number >= NSIG)
    throw_bad_argument(caller, fmt::format("signal: {} is not 1 to {}", number, NSIG - 1));
  const internal::Doing doing(state_->node, caller, "signal", sigabbrev_np(number), "to",
                              state_->argv.front());
  state_->node.attempt(caller, [&] {
    const internal::DaemonAnswer answer = state_->ask({.signal = number});
    const int error = state_->end && answer.error == 0 ? ESRCH : answer.error;
    if (error != 0)
      throw Refusal{error, fmt::format("send SIG{} to {}", sigabbrev_np(number), state_->name), {}};
  });
}

ProgramResult Daemon::stop(Caller caller) {
  const internal::Doing doing(state_->node, caller, "stop", state_->argv.front());
  state_->expected = true;
  return state_->node.attempt(caller, [&] {
    DaemonState& s = *state_;
    if (!s.end) (void)s.ask({.signal = s.options.stop_signal});
    if (!s.wait_end(Deadline::in(s.options.grace))) {
      s.kill_all();
      reporter().failure(caller, fmt::format("{} did not end at SIG{} in {}, and was killed{}",
                                             s.name, sigabbrev_np(s.options.stop_signal),
                                             time_text(s.options.grace), s.last_lines()));
    }
    s.kill_all();
    return s.result();
  });
}

ProgramResult Daemon::kill(Caller caller) {
  const internal::Doing doing(state_->node, caller, "kill", state_->argv.front());
  state_->expected = true;
  return state_->node.attempt(caller, [&] {
    state_->kill_all();
    return state_->result();
  });
}

ProgramResult Daemon::wait(std::chrono::milliseconds timeout, Caller caller) {
  const internal::Doing doing(state_->node, caller, "wait", state_->argv.front());
  state_->expected = true;
  return state_->node.attempt(caller, [&] {
    DaemonState& s = *state_;
    if (!s.wait_end(Deadline::in(timeout)))
      reporter().abandon(caller, fmt::format("{} has not ended in {}{}", s.name, time_text(timeout),
                                             s.last_lines()));
    s.kill_all();
    return s.result();
  });
}

}  // namespace vethlab
