#include <vethlab/netns/init_process.h>

#include <vethlab/netns/raw_call.h>

#include <dirent.h>
#include <fcntl.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>

namespace vethlab::netns {
namespace {

constexpr int kControl = 0;
constexpr int kTestProcess = 1;
constexpr int kChildren = 2;  // a signalfd of SIGCHLD

[[noreturn]] void leave() {
  for (;;) call(SYS_exit_group, 0);
}

// The kernel's struct, whose flags and mask are 0, not libc's.
struct Disposition {
  void (*handler)(int);
  unsigned long flags = 0;
  void (*restorer)() = nullptr;
  unsigned long mask = 0;
};

void set_sigchld(void (*handler)(int)) {
  const Disposition disposition{handler};
  call(SYS_rt_sigaction, SIGCHLD, &disposition, nullptr, sizeof disposition.mask);
}

void send(const InitAnswer& answer) {
  const std::size_t used = std::string_view(answer.lines.data()).size() + 1;
  call(SYS_sendto, kControl, &answer, offsetof(InitAnswer, lines) + used,
       MSG_NOSIGNAL | MSG_DONTWAIT, nullptr, 0);
}

// "12 (a name) S 1 …", of which the name may contain anything; see proc(5).
void add_process(InitAnswer& answer, std::string_view pid) {
  std::array<char, 64> path{};
  append(path, "/proc/");
  append(path, pid);
  append(path, "/stat");
  const long fd = call(SYS_openat, AT_FDCWD, path.data(), O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return;  // it has ended
  std::array<char, 512> buffer{};
  const long got = call(SYS_read, fd, buffer.data(), buffer.size());
  call(SYS_close, fd);
  const std::string_view stat(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t begin = stat.find('(');
  const std::size_t end = stat.rfind(')');
  if (begin == stat.npos || end == stat.npos || end + 2 >= stat.size()) return;
  const char state = stat[end + 2];
  if (state == 'Z' || state == 'X') return;  // ended, and its parent is among the others
  ++answer.count;
  const std::size_t room = answer.lines.size() - std::string_view(answer.lines.data()).size();
  if (room < pid.size() + (end - begin) + 2) return;  // a line is whole, or left out
  for (std::size_t i = begin + 1; i < end; ++i)
    if (buffer[i] >= 0 && buffer[i] < ' ') buffer[i] = '?';
  append(answer.lines, pid);
  append(answer.lines, " ");
  append(answer.lines, stat.substr(begin + 1, end - begin - 1));
  append(answer.lines, "\n");
}

// Only in the /proc of its own pid namespace is it number 1.
bool proc_is_ours() {
  std::array<char, 2> self{};
  return call(SYS_readlinkat, AT_FDCWD, "/proc/self", self.data(), self.size()) == 1 &&
         self[0] == '1';
}

void tell_who_is_left() {
  InitAnswer answer{.kind = InitAnswer::Kind::kUnlisted};
  const long proc = proc_is_ours()
                        ? call(SYS_openat, AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
                        : -1;
  if (proc >= 0) answer.kind = InitAnswer::Kind::kLeft;
  alignas(dirent64) std::array<char, 4096> entries;
  for (long got = 0;
       proc >= 0 && (got = call(SYS_getdents64, proc, entries.data(), entries.size())) > 0;) {
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at);
      at += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name[0] >= '1' && name[0] <= '9' && name != "1") add_process(answer, name);
    }
  }
  if (proc >= 0) call(SYS_close, proc);
  send(answer);
}

// All processes of the namespace are its descendants: those of a worker's that has ended, too.
void reap() {
  signalfd_siginfo drained;
  call(SYS_read, kChildren, &drained, sizeof drained);
  for (;;) {
    siginfo_t info{};
    const long error = call(SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG | __WALL, nullptr);
    if (error == 0 && info.si_pid == 0) return;
    if (error == 0 || errno != ECHILD) continue;
    send({.kind = InitAnswer::Kind::kNoneLeft});
    leave();
  }
}

// SIGCHLD first: from here on it hears of each end.
void end_all() {
  set_sigchld(SIG_DFL);
  call(SYS_kill, -1, SIGTERM);
  call(SYS_kill, -1, SIGCONT);  // one that is stopped would not hear it
  reap();
}

void serve() {
  for (;;) {
    std::array<pollfd, 3> events = {pollfd{kControl, POLLIN, 0}, pollfd{kTestProcess, POLLIN, 0},
                                    pollfd{kChildren, POLLIN, 0}};
    if (call(SYS_ppoll, events.data(), events.size(), nullptr, nullptr, 0) < 0) continue;
    if (events[1].revents != 0) return;
    if (events[2].revents != 0) reap();
    if (events[0].revents == 0) continue;
    InitRequest request{};
    if (call(SYS_read, kControl, &request, sizeof request) <= 0) return;
    if (request == InitRequest::kEnd) end_all();
    else tell_who_is_left();
  }
}

}  // namespace

void be_init(int control, int test_process) {
  call(SYS_prctl, PR_SET_NAME, "vethlab-init", 0, 0, 0);
  set_sigchld(SIG_IGN);  // orphans are its children: until the end, nobody waits for them
  // Above the numbers that they are to have: none is closed by another's coming.
  const long first = call(SYS_fcntl, control, F_DUPFD_CLOEXEC, kChildren + 1);
  const long second = call(SYS_fcntl, test_process, F_DUPFD_CLOEXEC, kChildren + 1);
  const std::uint64_t sigchld = 1UL << (SIGCHLD - 1);  // the kernel's sigset_t
  const long third = call(SYS_signalfd4, -1, &sigchld, sizeof sigchld, SFD_CLOEXEC | SFD_NONBLOCK);
  const long above = call(SYS_fcntl, third, F_DUPFD_CLOEXEC, kChildren + 1);
  call(SYS_dup3, first, kControl, O_CLOEXEC);
  call(SYS_dup3, second, kTestProcess, O_CLOEXEC);
  call(SYS_dup3, above, kChildren, O_CLOEXEC);
  call(SYS_close_range, 3U, ~0U, 0U);
  send({.kind = InitAnswer::Kind::kReady});
  serve();
  leave();
}

}  // namespace vethlab::netns
