#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/default_time.h>
#include <vethlab/lab/ready_when.h>
#include <vethlab/process/output_line.h>
#include <vethlab/process/program.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vethlab {

struct SpawnOptions {
  Ready ready = {};  // Node::spawn returns then; by default when it runs
  std::chrono::milliseconds timeout = default_time(10);  // for ready: 1 ms to a day
  Env env = {};                                          // added to the test's own environment
  std::string cwd = {};                                  // empty: the test's own
  std::string user = {};                     // passwd(5): with its groups; empty: root of the lab
  std::map<int, std::uint64_t> limits = {};  // RLIMIT_…, setrlimit(2): soft and hard
  int stop_signal = SIGTERM;                 // of stop(), and of the lab's end
  std::chrono::milliseconds grace = default_time(2);  // after it, before SIGKILL: 0 ms to an hour
  bool may_end = false;                               // by itself: not a failure
};

namespace internal {
struct DaemonState;
}

// A program that keeps running (Node::spawn), in the foreground. The Lab owns it, and stops all of
// its daemons at its end, the last one first. One that ends unexpectedly, before it was stopped,
// killed or waited for, fails the test: at the next call into its lab, which ends the test (a wait
// under way ends at once), or at the lab's end. Its text says how it ended, and its last lines; of one
// that left a core (RLIMIT_CORE) where it was started, the stack.
//
// Its stdin is /dev/null. What it writes is read all the time; the first and the last 1000 lines are
// kept. With VETHLAB_SHOW=1 in the environment each line also goes to stderr, as "[r1 bird] text".
// VETHLAB_WRAP="bird=valgrind -q;dnsmasq=strace -f" starts programs of these names by others, and
// gives them an hour to become ready: "bird=xterm -e gdb --args" is a debugger in a terminal.
class Daemon {
 public:
  explicit Daemon(std::unique_ptr<internal::DaemonState> state);  // for Node
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  [[nodiscard]] const std::string& name() const;  // "bird in r1"
  [[nodiscard]] int pid() const;                  // as programs of the lab see it
  [[nodiscard]] bool running(Caller caller = Caller::here()) const;

  // The lines that it has written until now, stdout's and stderr's in the order they were read. One
  // without an end yet is not among them.
  [[nodiscard]] std::vector<std::string> output(Caller caller = Caller::here()) const;
  [[nodiscard]] std::vector<OutputLine> lines(Caller caller = Caller::here()) const;
  // The last "STATUS=…" that it gave by sd_notify(3).
  [[nodiscard]] std::string status(Caller caller = Caller::here()) const;

  // = kill -NUMBER PID. One that has ended: std::system_error with ESRCH.
  void signal(int number, Caller caller = Caller::here());

  // Each returns how it ended, with what is kept of its output; of one that has ended before, the same.
  // Then all that it had started is gone, too.
  ProgramResult stop(
      Caller caller = Caller::here());  // stop_signal; after grace SIGKILL, and the test fails
  ProgramResult kill(Caller caller = Caller::here());  // SIGKILL, as a crash
  // Waits for its own end. Not ended then: the test ends as failed.
  ProgramResult wait(std::chrono::milliseconds timeout = default_time(10),
                     Caller caller = Caller::here());

  [[nodiscard]] internal::DaemonState& state() const { return *state_; }  // the framework's own

 private:
  std::unique_ptr<internal::DaemonState> state_;
};

}  // namespace vethlab
