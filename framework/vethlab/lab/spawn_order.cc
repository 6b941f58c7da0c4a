#include <vethlab/lab/spawn_order.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/process/run_program.h>

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

DaemonAnswer answer(Supervisor& supervisor, const DaemonQuestion& question) {
  DaemonAnswer answer;
  if (question.signal != 0) answer.error = supervisor.signal(question.signal);
  if (question.kill_all) supervisor.kill_all();
  if (!question.path.empty()) answer.is_there = ::access(question.path.c_str(), F_OK) == 0;
  supervisor.read_all();
  answer.lines = supervisor.log().since(question.since);
  answer.ready = supervisor.is_ready();
  answer.status = supervisor.status();
  answer.end = supervisor.end();
  return answer;
}

void watch(Worker& worker, Supervisor& supervisor, Shower shower) {
  bool news_told = false;
  const auto tell = [&] { worker.send(Message::Kind::kNews, supervisor.end() ? "ended" : ""); };
  const auto reply = [&](Message message) {
    news_told = false;  // what is read for this answer is no news
    DaemonAnswer its = answer(supervisor, netns::decoded<DaemonQuestion>(std::move(message)));
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
                        shower.show(supervisor.log());
                        if (!std::exchange(news_told, true)) tell();
                      },
                  .on_end = tell});
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
