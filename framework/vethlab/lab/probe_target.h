// private
#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/lab/choose_address.h>
#include <vethlab/lab/lab.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vethlab::internal {

struct NodeState;

// A probe that has been checked, and knows its address.
struct ProbeTarget {
  const Probe* probe = nullptr;
  IpAddress to = {};
  int scope = 0;  // index of the zone's interface; 0: none
  int out = 0;    // index of options.dev; 0: any

  [[nodiscard]] NodeState& from() const;
  [[nodiscard]] NodeState* meant() const;  // the node that is meant; nullptr: an address is
  [[nodiscard]] std::string text() const;  // "tcp port 443 of b (10.0.0.2)"
};

// What can be told without the kernel: std::invalid_argument, which begins with the verb ("ping").
void check_probe(const LabState& lab, const Probe& probe, std::string_view verb, Caller caller);
ProbeTarget resolve(const Probe& probe, Resolver& resolver, std::string_view verb, Caller caller);

// What became of each, in words that name it. Where an answer came, and the node that it was meant for
// never saw the question, who_answers(i) asks once more, with every node's eyes open.
template <class Outcome, class WhoAnswers>
std::vector<ProbeReport> reports_of(std::vector<Outcome> outcomes,
                                    const std::vector<ProbeTarget>& targets,
                                    WhoAnswers who_answers) {
  std::vector<ProbeReport> reports;
  reports.reserve(outcomes.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ProbeReport& report = reports.emplace_back(std::move(outcomes[i].report));
    report.to = targets[i].text();
    if (targets[i].meant() != nullptr && report.received > 0 && outcomes[i].seen_by.empty())
      report.answered_by = who_answers(i);
  }
  return reports;
}

}  // namespace vethlab::internal
