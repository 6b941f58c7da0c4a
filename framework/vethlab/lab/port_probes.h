// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/lab/probe_target.h>
#include <vethlab/probe/probe.h>

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace vethlab::internal {

// The TCP and UDP probes among those that are sent at once.
class PortProbes {
 public:
  PortProbes(LabState& lab, std::vector<ProbeTarget> targets);

  ProbeRound* round() { return round_.get(); }  // nullptr: there are none
  std::vector<ProbeReport> reports();           // once, when the round has run

 private:
  using Witness = std::tuple<NodeState*, Family, Transport>;
  void open_witnesses(const std::vector<Witness>& wanted);
  std::string who_answers(probe::Job job);

  LabState& lab_;
  std::vector<ProbeTarget> targets_;
  std::map<Witness, UniqueFd>
      witnesses_;  // until the probes are done: each takes what the node gets
  std::vector<probe::Job> jobs_;
  std::unique_ptr<probe::Round> round_;
};

}  // namespace vethlab::internal
