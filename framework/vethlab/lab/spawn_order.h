// private
#pragma once

#include <vethlab/netns/channel.h>
#include <vethlab/netns/worker.h>
#include <vethlab/process/supervisor.h>
#include <vethlab/process/surroundings.h>

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

// What test and the process that watches a daemon say to each other. Each question has its answer;
// unasked the watcher says kNews, a DaemonAnswer too: that the daemon has said something (once, until
// it is asked; many lines are left out), and that it has ended.
namespace vethlab::internal {

struct SpawnOrder {  // kSpawn
  process::Program program = {};
  process::Surroundings surroundings = {};
  std::string shown_as = {};  // "r1 bird": each line goes to stderr, behind this; empty: none does
  friend auto members(SpawnOrder& o) { return std::tie(o.program, o.surroundings, o.shown_as); }
};

struct Started {  // kStarted, the first answer
  int error = 0;  // errno, where it could not be started; then attempt and detail
  std::string attempt = {};
  std::string detail = {};
  pid_t pid = -1;
  friend auto members(Started& s) { return std::tie(s.error, s.attempt, s.detail, s.pid); }
};

struct DaemonQuestion {    // kAsk
  std::int64_t since = 0;  // lines from this number on
  int signal = 0;          // send it this one
  bool kill_all = false;   // SIGKILL to it and all that it has started
  std::string path = {};   // is that there?
  friend auto members(DaemonQuestion& q) { return std::tie(q.since, q.signal, q.kill_all, q.path); }
};

struct DaemonAnswer {  // kTold, kNews
  std::vector<process::OutputLog::Part> lines = {};
  bool ready = false;  // by sd_notify(3)
  std::string status = {};
  std::optional<process::ProgramEnd> end = {};
  std::string stack = {};  // then, of its core: as text
  int error = 0;           // of the signal
  bool is_there = false;
  friend auto members(DaemonAnswer& a) {
    return std::tie(a.lines, a.ready, a.status, a.end, a.stack, a.error, a.is_there);
  }
};

// In the watcher: until the test has no more use for it.
void obey_spawn(netns::Worker& worker, netns::Message message);

}  // namespace vethlab::internal
