// private
#pragma once

#include <vethlab/process/output_log.h>
#include <vethlab/process/program.h>

#include <sched.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace vethlab::process {

// A program that keeps running, and how it is started.
struct Program {
  Argv argv = {};
  Env env = {};
  std::string cwd = {};
  std::string user = {};
  std::map<int, std::uint64_t> limits = {};  // RLIMIT_…: soft and hard
  friend auto members(Program& p) { return std::tie(p.argv, p.env, p.cwd, p.user, p.limits); }
};

struct ProgramEnd {
  std::optional<int> exit_code = {};
  std::optional<int> signal = {};
  bool core = false;                      // … and dumped core
  std::chrono::milliseconds after{0};     // its start
  std::vector<std::string> running = {};  // what it had started and left: command lines
  friend auto members(ProgramEnd& e) {
    return std::tie(e.exit_code, e.signal, e.core, e.after, e.running);
  }
};

// Runs a program where this process is (which is there for that alone, a subreaper: see
// prepare_to_run_programs), reads all that it writes, hears its sd_notify(3), and notices its end.
class Supervisor {
 public:
  // Throws Refusal where it cannot be started.
  Supervisor(const Program& program, const cpu_set_t& processors);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor();

  struct Hooks {
    int control = -1;
    std::function<bool()> on_control;  // it can be read; false: run() returns
    std::function<void()> on_news;     // the program has said something
    std::function<void()> on_end;      // the program has ended
  };
  void run(Hooks hooks);

  void read_all();  // what it has written until now
  [[nodiscard]] const OutputLog& log() const;
  [[nodiscard]] const std::optional<ProgramEnd>& end() const;
  [[nodiscard]] pid_t pid() const;
  // By sd_notify: "READY=1" has come; the last "STATUS=…".
  [[nodiscard]] bool is_ready() const;
  [[nodiscard]] const std::string& status() const;

  int signal(int number);  // to the program: 0, or errno
  void kill_all();         // the program, and all that it has started

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vethlab::process
