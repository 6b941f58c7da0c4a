// private
#pragma once

#include <sched.h>
#include <sys/types.h>

namespace vethlab::netns {

// Processes that wait for each other in turn cost a switch where they share a processor. On two, the
// one that waits lets its own fall asleep, and waking that takes some 30 us in a virtual machine:
// most of what a closure would cost.

// The processor that this thread is on, or -1.
int processor_here();

// From now on `process` (0: this thread) runs on that processor alone. Refused: as it was.
void stay_on(pid_t process, int processor);

// As long as it lives, this thread and what it forks stay where they are; then this thread may go
// where it could before.
class OneProcessor {
 public:
  OneProcessor();
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;
  ~OneProcessor() { give_back(); }
  void give_back() const;  // in a fork: that may, too

 private:
  cpu_set_t before_;
  bool known_;
};

}  // namespace vethlab::netns
