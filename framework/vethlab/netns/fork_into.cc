#include <vethlab/netns/fork_into.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/netns/channel.h>
#include <vethlab/netns/quiet_clone.h>
#include <vethlab/netns/worker.h>

#include <linux/sched.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

// <sanitizer/common_interface_defs.h>; there when a sanitizer is.
extern "C" void __sanitizer_set_report_fd(void* fd) __attribute__((weak));

namespace vethlab::netns {
namespace {

struct Step {
  int descriptor;  // -1: none
  int kinds;
  const char* attempt;
};

// In the process between: setns(2) moves children alone into a pid namespace, so that the worker is
// one more clone, whose parent (CLONE_PARENT) is that of this one. Returns in the worker, too.
[[gnu::hot]] Born pass_through(const Place& place) {
  const bool own = place.own_user_namespace;
  const int lab = CLONE_NEWPID | (own ? CLONE_NEWUSER : 0) | (place.mounts < 0 ? CLONE_NEWNS : 0);
  const std::array steps = {
      Step{place.init, lab, own ? "setns(CLONE_NEWUSER | CLONE_NEWPID)" : "setns(CLONE_NEWPID)"},
      Step{place.mounts, CLONE_NEWNS, "setns(CLONE_NEWNS)"},
      Step{place.uts, CLONE_NEWUTS, "setns(CLONE_NEWUTS)"},
      Step{place.netns, CLONE_NEWNET, "setns(CLONE_NEWNET)"}};
  const int dumpable = ::prctl(PR_GET_DUMPABLE);
  for (const Step& step : steps)
    if (step.descriptor >= 0 && ::setns(step.descriptor, step.kinds) != 0)
      return {.error = errno, .attempt = step.attempt};
  ::prctl(PR_SET_DUMPABLE, dumpable);  // gained capabilities took it: debuggers and cores need it

  Born born;
  born.pid = quiet_clone(CLONE_PARENT | CLONE_PIDFD, &born.pidfd);
  if (born.pid < 0) return {.error = errno, .attempt = "clone3(CLONE_PARENT | CLONE_PIDFD)"};
  return born;
}

// The short way, as vfork(2): the process between has this one's memory and descriptors, while this
// one stands still, and a stack of its own. The worker alone is a copy, and goes back to where
// fork_into was called. That halves the price of a closure.
struct ShortWay {
  const Place* place;
  Born born;
  jmp_buf back;
};

[[gnu::hot]] int go(void* arg) {
  auto& way = *static_cast<ShortWay*>(arg);
  way.born = pass_through(*way.place);
  if (way.born.pid == 0) ::longjmp(way.back, 1);
  return 0;
}

[[gnu::hot]] Born fork_short(const Place& place, std::uint64_t flags) {
  alignas(16) static std::array<std::byte, 128 * 1024> stack;  // one thread at a time: there is one
  ShortWay way{&place, {.error = ECHILD, .attempt = "fork a worker"}, {}};
  // No handler of the user's runs in the process between: it would run in this one's memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  if (::_setjmp(way.back) == 0) {
    const pid_t between =
        ::clone(go, stack.data() + stack.size(),
                CLONE_VM | CLONE_VFORK | CLONE_FILES | static_cast<int>(flags), &way);
    if (between < 0) way.born = {.error = errno, .attempt = "clone()"};
    way.born.between = between;
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  return way.born;
}

Born fork_long(const Place& place, std::uint64_t flags, bool alone) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return {.error = errno, .attempt = "socketpair()"};
  Channel ours{UniqueFd(ends[0])};
  Channel its{UniqueFd(ends[1])};
  const pid_t between = alone ? quiet_clone(flags) : ::fork();
  if (between < 0) return {.error = errno, .attempt = "fork()"};
  if (between == 0) {
    Born born = pass_through(place);
    if (born.pid == 0) return born;
    std::vector<UniqueFd> pidfd;
    pidfd.emplace_back(born.pidfd);
    its.send(Message::Kind::kMade, {reinterpret_cast<const char*>(&born), sizeof born}, pidfd);
    ::_exit(0);
  }
  its = Channel();
  Born born{.error = ECHILD, .attempt = "fork a worker"};
  // Its end counts: a fork that another thread makes meanwhile may hold the channel open.
  const UniqueFd its_process(static_cast<int>(::syscall(SYS_pidfd_open, between, 0)));
  const auto forever = Deadline(Deadline::Clock::time_point::max());
  if (auto told = ours.receive(forever, its_process.get())) {
    std::memcpy(&born, told->bytes.data(), sizeof born);
    born.pidfd = told->descriptors.empty() ? -1 : told->descriptors[0].release();
  }
  born.between = between;
  return born;
}

}  // namespace

// With more threads libc's own fork(2) is needed (quiet_clone.h); and sanitizers know each stack.
[[gnu::hot]] Born fork_into(const Place& place, std::uint64_t flags, bool alone) {
  const bool plain = alone && &__sanitizer_set_report_fd == nullptr;
  return plain ? fork_short(place, flags) : fork_long(place, flags, alone);
}

}  // namespace vethlab::netns
