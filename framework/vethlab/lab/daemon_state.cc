#include <vethlab/lab/daemon_state.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/base/time_text.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node_state.h>

#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::internal {
namespace {

using netns::Message;
using namespace std::chrono_literals;

constexpr std::size_t kLastLines = 10;

// It never waits for anything but what it was asked.
constexpr auto kPatience = 60s;

// News are heard once. Who waits may have asked before they came, in the same question: they would
// wake it no more.
void ask_again() {
  if (asking != nullptr) asking->note_again(kPause);
}

}  // namespace

void DaemonState::take(DaemonAnswer& its) {
  if (!its.lines.empty() || its.ready != ready || its.status != status) ask_again();
  log.add(std::exchange(its.lines, {}));
  ready = its.ready;
  status = its.status;
}

DaemonAnswer DaemonState::ask(DaemonQuestion question) {
  if (!watcher) return {.end = end};
  question.since = log.count();
  const bool ends = question.kill_all;
  watcher->send(netns::encoded(Message::Kind::kAsk, std::move(question)));
  const auto deadline = Deadline::in(kPatience);
  for (;;) {
    auto message = watcher->receive(deadline);
    if (!message) {
      watcher.reset();
      expected = true;
      end.emplace();  // nobody will know how
      throw WorkerFailed(fmt::format("the process that watches {} is gone", name));
    }
    if (message->kind != Message::Kind::kTold) {
      ask_again();
      continue;
    }
    auto answer = netns::decoded<DaemonAnswer>(std::move(*message));
    take(answer);
    end = answer.end;
    stack = answer.stack;
    if (end && (ends || end->running.empty())) watcher.reset();
    return answer;
  }
}

void DaemonState::hear() {
  while (watcher) {
    auto message = watcher->receive(Deadline::in(0ms));
    if (!message) return;
    if (message->kind != Message::Kind::kNews) continue;
    ask_again();  // its lines may be too many to be told
    auto news = netns::decoded<DaemonAnswer>(std::move(*message));
    take(news);
    if (news.end) (void)ask();
  }
}

void DaemonState::wait_news(Deadline deadline) {
  if (!watcher) return;
  pollfd news{watcher->fd(), POLLIN, 0};
  (void)::poll(&news, 1, deadline.poll_timeout());
  hear();
}

bool DaemonState::wait_end(Deadline deadline) {
  hear();
  while (!end && !deadline.over()) wait_news(deadline);
  return end.has_value();
}

void DaemonState::kill_all() {
  if (watcher) (void)ask({.kill_all = true});
}

ProgramResult DaemonState::result() const {
  if (!end) return {};
  return {.exit_code = end->exit_code,
          .signal = end->signal,
          .running = end->running,
          .out = log.text(false),
          .err = log.text(true),
          .duration = end->after};
}

std::string DaemonState::last_lines() const {
  const auto lines = log.lines();
  if (lines.empty()) return "\nIt has written nothing.";
  std::ostringstream text;
  const std::size_t shown = std::min(lines.size(), kLastLines);
  text << (shown < lines.size() ? "\nIts last lines:" : "\nWhat it wrote:");
  for (std::size_t i = lines.size() - shown; i < lines.size(); ++i) text << "\n  " << lines[i];
  return text.str();
}

std::string DaemonState::end_text() const {
  std::string text = fmt::format("after {}: ", time_text(end->after));
  if (end->exit_code) text += fmt::format("exit status {}", *end->exit_code);
  else
    text += fmt::format("killed by SIG{}{}", sigabbrev_np(end->signal.value_or(0)),
                        end->core ? " (core dumped)" : "");
  if (!stack.empty()) text += ":\n" + stack;
  if (!end->running.empty())
    text += fmt::format(
        "\nIt has left running: {}. What goes into the background cannot be watched: run it in the "
        "foreground.",
        fmt::join(end->running, ", "));
  return text + last_lines();
}

void check_daemons(LabState& lab, Caller caller) {
  if (lab.depth != closure_depth() || !lab.keeper.is_mine() || lab.asked_aside) return;
  for (const auto& daemon : lab.daemons) {
    DaemonState& state = daemon->state();
    state.hear();
    if (asking != nullptr && state.watcher) asking->note_readable(state.watcher->fd());
    if (!state.ended_unexpectedly()) continue;
    state.told = true;
    state.kill_all();
    reporter().abandon(caller,
                       fmt::format("{} ended unexpectedly {}", state.name, state.end_text()));
  }
}

std::vector<int> watchers_of(const LabState& lab) {
  std::vector<int> all;
  for (const auto& daemon : lab.daemons)
    if (const auto& watcher = daemon->state().watcher) all.push_back(watcher->fd());
  return all;
}

void stop_daemons(LabState& lab) {
  for (const auto& daemon : lab.daemons) {
    DaemonState& state = daemon->state();
    state.hear();
    if (!state.ended_unexpectedly()) continue;
    state.told = true;
    reporter().failure(state.made,
                       fmt::format("{} ended unexpectedly {}", state.name, state.end_text()));
  }
  for (; !lab.daemons.empty(); lab.daemons.pop_back()) {
    Daemon& daemon = *lab.daemons.back();
    (void)daemon.stop(daemon.state().made);
    lab.stopped_daemons.push_back(std::move(lab.daemons.back()));
  }
}

}  // namespace vethlab::internal
