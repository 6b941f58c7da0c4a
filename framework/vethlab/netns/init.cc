#include <vethlab/netns/init.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/time_text.h>
#include <vethlab/netns/init_process.h>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace vethlab::netns {
namespace {

using namespace std::chrono_literals;

// For a list of processes, which is read from /proc.
constexpr auto kToAnswer = 1s;

// For processes that were killed: they are gone at once, but for one that the machine's own first
// process would have to wait for, and doesn't.
constexpr auto kToDie = 10s;

std::optional<InitAnswer> ask(int control, InitRequest request, Deadline deadline) {
  if (::send(control, &request, sizeof request, MSG_NOSIGNAL) < 0) return InitAnswer{};
  pollfd event{control, POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&event, 1, deadline.poll_timeout())) <= 0)
    if (ready == 0 && deadline.over()) return std::nullopt;
  InitAnswer answer;
  if (::recv(control, &answer, sizeof answer, 0) <= 0) answer = {};
  return answer;
}

std::string tell(const InitAnswer& left, std::chrono::milliseconds grace) {
  const bool one = left.count <= 1;
  std::string names;
  int named = 0;
  for (std::string_view lines = left.lines.data(); !lines.empty(); ++named) {
    const auto line = lines.substr(0, lines.find('\n'));
    names.append(named == 0 ? ": " : ", ").append(line);
    lines.remove_prefix(line.size() + 1);
  }
  if (named < left.count) names += named == 0 ? "" : ", …";
  return fmt::format("{} process{} of the lab did not end at SIGTERM in {}, and {} killed{}",
                     left.count == 0 ? "a" : std::to_string(left.count), one ? "" : "es",
                     time_text(grace), one ? "was" : "were", names);
}

}  // namespace

std::string Init::end_all(std::chrono::milliseconds grace) {
  std::string refused;
  if (grace > 0ms && !ask(control_.get(), InitRequest::kEnd, Deadline::in(grace))) {
    const auto left = ask(control_.get(), InitRequest::kWhoIsLeft, Deadline::in(kToAnswer));
    // They may all have ended just now: then that is what it answers.
    if (!left || left->kind == InitAnswer::Kind::kUnlisted || left->count > 0)
      refused = tell(left.value_or(InitAnswer{}), grace);
  } else if (grace > 0ms) {
    return {};
  }
  kill();
  wait();
  return refused;
}

void Init::kill() {
  if (process_) ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
  control_ = UniqueFd();  // where the signal is refused (this process has changed its user)
}

// It is nobody's child here; dead when all that were in its namespace are.
void Init::wait() const {
  const auto deadline = Deadline::in(kToDie);
  pollfd gone{process_.get(), POLLIN, 0};
  while (process_ && ::poll(&gone, 1, deadline.poll_timeout()) < 0 && errno == EINTR) {
  }
}

}  // namespace vethlab::netns
