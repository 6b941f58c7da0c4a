// private
#pragma once

#include <vethlab/icmp/ping.h>
#include <vethlab/lab/probe_target.h>

#include <memory>
#include <vector>

namespace vethlab::internal {

// The echoes among the probes that are sent at once.
class Echoes {
 public:
  Echoes(LabState& lab, std::vector<ProbeTarget> targets);

  ProbeRound* round() { return round_.get(); }  // nullptr: there are none
  std::vector<ProbeReport> reports();           // once, when the round has run

 private:
  std::string who_answers(icmp::Job job);

  LabState& lab_;
  std::vector<ProbeTarget> targets_;
  std::vector<icmp::Job> jobs_;
  std::unique_ptr<icmp::EchoRound> round_;
};

}  // namespace vethlab::internal
