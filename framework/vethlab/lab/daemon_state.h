// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/deadline.h>
#include <vethlab/lab/daemon.h>
#include <vethlab/lab/spawn_order.h>
#include <vethlab/netns/worker.h>
#include <vethlab/process/output_log.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vethlab::internal {

struct LabState;
struct NodeState;

// A daemon as the test knows it.
struct DaemonState {
  NodeState& node;
  std::string name;  // "bird in r1"
  Argv argv;
  SpawnOptions options;
  Caller made;
  std::unique_ptr<netns::Worker> watcher;  // none any more when all is known
  int pid = -1;
  Deadline::Clock::time_point started = {};

  process::OutputLog log = {};
  std::optional<process::ProgramEnd> end = {};
  std::string stack = {};  // of its core, where it left one that could be read
  bool ready = false;      // by sd_notify(3)
  std::string status = {};
  bool expected = false;  // it was told to end, or may
  bool told = false;      // that it has ended unexpectedly

  // Asks the watcher, and keeps what is new. After its end nothing is asked any more.
  DaemonAnswer ask(DaemonQuestion question = {});
  // Hears what it has been told unasked, and that it has ended, if it has.
  void hear();
  // Until it has ended: false when the deadline is over before.
  bool wait_end(Deadline deadline);
  // Waits for news, or until the deadline.
  void wait_news(Deadline deadline);
  void kill_all();

  [[nodiscard]] ProgramResult result() const;
  [[nodiscard]] bool ended_unexpectedly() const { return end && !expected && !told; }
  // "after 120 ms: exit status 1", the stack of a crash, and its last lines, each on one of its own.
  [[nodiscard]] std::string end_text() const;
  [[nodiscard]] std::string last_lines() const;

 private:
  void take(DaemonAnswer& its);
};

// At each call into a lab. Throws, or ends the test, where one has ended unexpectedly.
void check_daemons(LabState& lab, Caller caller);
// Each can be read when its daemon may have ended.
std::vector<int> watchers_of(const LabState& lab);
// At its end: the last one first. Reports what refuses, and what had ended unexpectedly.
void stop_daemons(LabState& lab);

}  // namespace vethlab::internal
