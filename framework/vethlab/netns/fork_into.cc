#include <vethlab/netns/fork_into.h>

#include <vethlab/base/unique_fd.h>
#include <vethlab/netns/quiet_clone.h>
#include <vethlab/netns/worker.h>

#include <linux/sched.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <vector>

// <sanitizer/common_interface_defs.h>; there when a sanitizer is.
extern "C" void __sanitizer_set_report_fd(void* fd) __attribute__((weak));

namespace vethlab::netns {
namespace {

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void must_enter(Channel& channel, int descriptor, int kinds, const char* words) {
  if (::setns(descriptor, kinds) != 0)
    refuse(channel, errno, std::string("setns(").append(words).append(")"));
}

// In the process between: setns(2) moves children alone into a pid namespace, so that the worker is
// one more clone, whose parent (CLONE_PARENT) is the test. Returns in the worker.
void pass_through(const Place& place, Channel& channel) {
  const int dumpable = ::prctl(PR_GET_DUMPABLE);
  const int own = place.own_user_namespace ? CLONE_NEWUSER : 0;
  const bool in_node = place.mounts >= 0;
  must_enter(channel, place.init, own | CLONE_NEWPID | (in_node ? 0 : CLONE_NEWNS),
             own != 0 ? "CLONE_NEWUSER | CLONE_NEWPID" : "CLONE_NEWPID");
  if (in_node) must_enter(channel, place.mounts, CLONE_NEWNS, "CLONE_NEWNS");
  if (in_node) must_enter(channel, place.uts, CLONE_NEWUTS, "CLONE_NEWUTS");
  must_enter(channel, place.netns, CLONE_NEWNET, "CLONE_NEWNET");
  ::prctl(PR_SET_DUMPABLE, dumpable);  // gained capabilities took it: debuggers and cores need it

  int pidfd = -1;
  const pid_t pid = quiet_clone(CLONE_PARENT | CLONE_PIDFD, &pidfd);
  if (pid < 0) refuse(channel, errno, "clone3(CLONE_PARENT | CLONE_PIDFD)");
  if (pid == 0) return;
  std::vector<UniqueFd> handed;
  handed.emplace_back(pidfd);
  channel.send(Message::Kind::kMade, bytes_of(pid), handed);
  ::_exit(0);
}

// The short way, as vfork(2): the process between has this one's memory, while this one stands still,
// and a stack of its own. The worker alone is a copy, and goes back to where fork_into was called.
// That halves the price of a closure.
struct ShortWay {
  const Place* place;
  Channel* channel;
  jmp_buf back;
};

int go(void* arg) {
  auto& way = *static_cast<ShortWay*>(arg);
  pass_through(*way.place, *way.channel);
  ::longjmp(way.back, 1);
}

pid_t fork_short(const Place& place, Channel& channel, std::uint64_t flags) {
  alignas(16) static std::array<std::byte, 128 * 1024> stack;  // one thread at a time: there is one
  ShortWay way{&place, &channel, {}};
  // No handler of the user's runs in the process between: it would run in this one's memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  pid_t between = 0;
  if (::_setjmp(way.back) == 0)
    between = ::clone(go, stack.data() + stack.size(),
                      CLONE_VM | CLONE_VFORK | static_cast<int>(flags), &way);
  const int error = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return between;
}

pid_t fork_long(const Place& place, Channel& channel, std::uint64_t flags) {
  const pid_t between = flags == 0 ? quiet_fork() : quiet_clone(flags);
  if (between == 0) pass_through(place, channel);
  return between;
}

}  // namespace

void refuse(Channel& channel, int error, std::string_view attempt) {
  channel.send(Message::Kind::kRefused, bytes_of(error).append(attempt));
  ::_exit(0);
}

// With more threads libc's own fork(2) is needed (quiet_clone.h); and sanitizers know each stack.
pid_t fork_into(const Place& place, Channel& channel, std::uint64_t flags) {
  const bool plain = count_other_threads() == 0 && &__sanitizer_set_report_fd == nullptr;
  return plain ? fork_short(place, channel, flags) : fork_long(place, channel, flags);
}

}  // namespace vethlab::netns
