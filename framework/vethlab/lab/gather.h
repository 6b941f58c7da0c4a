// private
#pragma once

#include <vethlab/base/deadline.h>
#include <vethlab/evidence/evidence.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace vethlab::internal {

struct Blame;
struct CaptureState;
struct DaemonState;
struct LabState;
struct Step;
struct StepLog;

// Asks this thread's living labs, in the stead of their test, for what evidence/evidence.h has. It
// never throws: what fails is a note, or a node's trouble. While it asks, nothing of the test is
// disturbed: no daemon's end is told of, no step is noted, and who waits hears nothing.
class Gatherer {
 public:
  // Of a test that began then.
  Gatherer(std::string test, std::chrono::steady_clock::time_point began);

  // The nodes of those labs that were not looked at before: as they are now, within 10 s or so.
  void look();
  // How the nodes differ from an untouched one, and the graphs: later, where there may be no need.
  void compare();
  // What has happened in them until now, and with their daemons and captures.
  void hear();
  // The commands that enter the nodes of the labs from another terminal (Node::enter), while the labs live.
  void open_doors();
  // A window of tmux(1) with a pane in each node, where this is a pane of one. After open_doors.
  void open_panes();

  [[nodiscard]] evidence::Evidence& evidence() { return evidence_; }

 private:
  struct Seen {
    unsigned lab;        // LivingLab::id()
    std::size_t number;  // in evidence_.labs
  };
  [[nodiscard]] bool has_seen(const LabState& lab) const;
  [[nodiscard]] std::size_t number_of(const LabState& lab) const;
  [[nodiscard]] evidence::Time since_start(std::chrono::steady_clock::time_point at) const;
  void look_back();
  void look_at(LabState& lab);
  void look_at_firewall(LabState& lab, Deadline deadline);
  void hear_of(LabState& lab, std::size_t number);
  void add(const Blame& blame, std::size_t lab);
  void add(const StepLog& steps, std::size_t lab);
  void add(const Step& step, std::size_t lab);
  void add(CaptureState& capture, std::size_t lab);
  void add(DaemonState& daemon, std::size_t lab);
  void note(std::string text);

  std::chrono::steady_clock::time_point began_;
  evidence::Evidence evidence_;
  std::vector<Seen> seen_ = {};
  bool has_firewall_ = false;  // of some node its rules were listed
  bool is_compared_ = true;
};

}  // namespace vethlab::internal
