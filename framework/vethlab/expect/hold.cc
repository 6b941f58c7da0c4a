#include <vethlab/expect/hold.h>

#include <vethlab/base/unique_fd.h>
#include <vethlab/evidence/text.h>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

void say(const std::string& text) {
  std::cout.flush();
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

// While it lives, a SIGCONT makes fd() readable.
volatile int woken_fd = -1;
class Continued {
 public:
  Continued() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    woken_fd = fd_.get();
    struct sigaction action {};
    action.sa_handler = [](int) {
      const int error = errno;
      const std::uint64_t one = 1;
      (void)!::write(woken_fd, &one, sizeof one);
      errno = error;
    };
    ::sigaction(SIGCONT, &action, &before_);
  }
  Continued(const Continued&) = delete;
  Continued& operator=(const Continued&) = delete;
  ~Continued() { ::sigaction(SIGCONT, &before_, nullptr); }
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
  struct sigaction before_ {};
};

// Until a line's end, the terminal's end, or SIGCONT. In the background a read would stop this process: then
// the SIGCONT that has it go on, with fg, is the one that is waited for.
void wait_for_enter(const Continued& continued) {
  pollfd events[2] = {{STDIN_FILENO, POLLIN, 0}, {continued.fd(), POLLIN, 0}};
  for (;;) {
    if (::poll(events, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (events[1].revents != 0) return;
    char typed = 0;
    const ssize_t got = ::read(STDIN_FILENO, &typed, 1);
    if (got == 0 || (got < 0 && errno != EINTR) || (got == 1 && typed == '\n')) return;
  }
}

std::string doors(const evidence::Evidence& all) {
  std::string text;
  for (const evidence::Lab& lab : all.labs)
    for (const evidence::Node& node : lab.nodes)
      if (!node.enter.empty()) text += fmt::format("  {}:\n    {}\n", node.name, node.enter);
  return text;
}

}  // namespace

bool is_hold_wanted() {
  const char* const hold = std::getenv("VETHLAB_HOLD");
  return hold != nullptr && std::string_view(hold) == "1";
}

bool can_hold() { return ::isatty(STDIN_FILENO) != 0; }

void hold(const evidence::Evidence& all) {
  say(fmt::format("VETHLAB_HOLD=1: {} has failed; its network then:\n{}", all.test,
                  evidence::picture(all)));
  if (!can_hold())
    return say("There is no terminal on its standard input to wait at: it goes on.\n");
  const Continued continued;
  say(
      fmt::format("To enter a node, in another terminal:\n{}"
                  "It goes on with Enter here, or with: kill -CONT {}\n",
                  doors(all), ::getpid()));
  wait_for_enter(continued);
}

}  // namespace vethlab::internal
