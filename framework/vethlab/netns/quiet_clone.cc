#include <vethlab/netns/quiet_clone.h>

#include <linux/sched.h>
#include <sys/single_threaded.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace vethlab::netns {

[[gnu::hot]] pid_t quiet_clone(std::uint64_t flags, int* pidfd) {
  clone_args args{};
  args.flags = flags;
  args.pidfd = reinterpret_cast<std::uintptr_t>(pidfd);
  return static_cast<pid_t>(::syscall(SYS_clone3, &args, sizeof args));
}

pid_t quiet_fork() { return count_other_threads() == 0 ? quiet_clone(0) : ::fork(); }

int count_other_threads() {
  if (__libc_single_threaded) return 0;  // it has never been otherwise
  struct stat task {};
  return ::stat("/proc/self/task", &task) == 0 ? static_cast<int>(task.st_nlink) - 3 : 0;
}

void wait_for_child(pid_t child) {
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | __WALL) < 0 && errno == EINTR) {
  }
}

}  // namespace vethlab::netns
