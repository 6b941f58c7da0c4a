// private
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace vethlab::netns {

// A fork(2) whose child is invisible to the user's own wait(2) and SIGCHLD handler: clone3(2) with
// exit signal 0 (of CLONE_PARENT: the caller's own). -1: errno. With CLONE_PIDFD in `flags`, `pidfd`
// is set in the parent. Handlers of pthread_atfork(3) do not run: a child of a process with threads
// makes system calls only.
pid_t quiet_clone(std::uint64_t flags, int* pidfd = nullptr);

// The same with all that a process with threads needs (libc's allocator stays usable in the child);
// then by fork(2), which has SIGCHLD.
pid_t quiet_fork();

int count_other_threads();  // of this process

// Until it has ended; whatever its status.
void wait_for_child(pid_t child);

}  // namespace vethlab::netns
