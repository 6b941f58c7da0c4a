#include <vethlab/lab/spawn_order.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/lab/core_stack.h>
#include <vethlab/lab/crash_stack.h>
#include <vethlab/process/core_file.h>
#include <vethlab/process/run_program.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using netns::Message;
using netns::Worker;
using process::Supervisor;
using namespace std::chrono_literals;

// Each line as one write, so that two daemons' don't mix.
class Shower {
 public:
  explicit Shower(std::string as) : as_(std::move(as)) {}
  void show(const process::OutputLog& log) {
    if (as_.empty()) return;
    for (const auto& part : log.since(shown_))
      for (const OutputLine& line : part.lines) {
        const std::string text = fmt::format("[{}] {}\n", as_, line.text);
        (void)!::write(STDERR_FILENO, text.data(), text.size());
      }
    shown_ = log.count();
  }

 private:
  std::string as_;
  std::int64_t shown_ = 0;
};

// Of the core that it has left, if it has, in the directory that it was started in (this process's own);
// as the kernel names it, and of nobody else.
std::string stack_of(const Supervisor& supervisor) {
  const pid_t pid = supervisor.pid();
  const auto path = supervisor.end()->core ? process::core_file(pid) : std::nullopt;
  if (!path) return {};
  const UniqueFd core(::open(path->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  return core ? stack_text(stack_in_core(core.get(), pid)) : "";
}

// What is known of it, from line number `since` on.
DaemonAnswer known(const Supervisor& supervisor, std::int64_t since) {
  return {.lines = supervisor.log().since(since),
          .ready = supervisor.is_ready(),
          .status = supervisor.status(),
          .end = supervisor.end()};
}

DaemonAnswer answer(Supervisor& supervisor, const DaemonQuestion& question) {
  const int error = question.signal != 0 ? supervisor.signal(question.signal) : 0;
  if (question.kill_all) supervisor.kill_all();
  const bool is_there = !question.path.empty() && ::access(question.path.c_str(), F_OK) == 0;
  supervisor.read_all();
  DaemonAnswer answer = known(supervisor, question.since);
  answer.error = error;
  answer.is_there = is_there;
  return answer;
}

// Nobody may be listening: what would not fit into the socket has to be asked for.
bool is_short(const std::vector<process::OutputLog::Part>& parts) {
  constexpr std::size_t kMost = 8;  // lines, of 4 KiB at most
  return parts.empty() || (parts.size() == 1 && parts.front().lines.size() <= kMost);
}

void watch(Worker& worker, Supervisor& supervisor, Shower shower) {
  bool news_told = false;
  std::int64_t told = 0;  // lines, when it was asked last
  std::string stack;
  // What the test hears of has been shown before: when it knows all, this process may be killed.
  const auto show = [&] { shower.show(supervisor.log()); };
  const auto tell = [&] {
    DaemonAnswer news = known(supervisor, told);
    if (!is_short(news.lines)) news.lines.clear();
    worker.send(netns::encoded(Message::Kind::kNews, std::move(news)));
  };
  const auto reply = [&](Message message) {
    news_told = false;  // what is read for this answer is no news
    DaemonAnswer its = answer(supervisor, netns::decoded<DaemonQuestion>(std::move(message)));
    its.stack = stack;
    told = supervisor.log().count();
    show();
    worker.send(netns::encoded(Message::Kind::kTold, std::move(its)));
  };
  supervisor.run({.control = worker.fd(),
                  .on_control =
                      [&] {
                        bool asked = false;  // where it is not, the test has gone
                        while (auto message = worker.receive(Deadline::in(0ms))) {
                          asked = true;
                          reply(std::move(*message));
                        }
                        return asked;
                      },
                  .on_news =
                      [&] {
                        show();
                        if (!std::exchange(news_told, true)) tell();
                      },
                  .on_end =
                      [&] {
                        show();
                        stack = stack_of(supervisor);
                        tell();
                      }});
}

}  // namespace

void obey_spawn(Worker& worker, Message message) {
  auto order = netns::decoded<SpawnOrder>(std::move(message));
  process::prepare_to_run_programs();
  Started started;
  std::unique_ptr<Supervisor> supervisor;
  try {
    const bool own_cwd = order.program.cwd.starts_with('/');
    process::take_on(order.surroundings, own_cwd ? process::Cwd::kIfThere : process::Cwd::kNeeded);
    supervisor = std::make_unique<Supervisor>(order.program, order.surroundings.processors);
    started.pid = supervisor->pid();
  } catch (const Refusal& refusal) {
    started = {.error = refusal.error, .attempt = refusal.attempt, .detail = refusal.detail};
  }
  worker.send(netns::encoded(Message::Kind::kStarted, std::move(started)));
  if (supervisor) watch(worker, *supervisor, Shower(std::move(order.shown_as)));
}

}  // namespace vethlab::internal
