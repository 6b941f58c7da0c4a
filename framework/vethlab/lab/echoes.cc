#include <vethlab/lab/echoes.h>

#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>

#include <algorithm>
#include <utility>

namespace vethlab::internal {

Echoes::Echoes(LabState& lab, std::vector<ProbeTarget> targets)
    : lab_(lab), targets_(std::move(targets)) {
  if (targets_.empty()) return;
  std::vector<std::pair<NodeState*, Family>> sockets;
  for (const ProbeTarget& target : targets_) {
    sockets.emplace_back(&target.from(), target.to.family());
    if (target.meant() != nullptr) sockets.emplace_back(target.meant(), target.to.family());
  }
  lab_.open_icmp(sockets);
  jobs_.reserve(targets_.size());
  for (const ProbeTarget& target : targets_) {
    const Family family = target.to.family();
    icmp::Job& job = jobs_.emplace_back(icmp::Job{.socket = target.from().icmp(family),
                                                  .to = target.to,
                                                  .scope = target.scope,
                                                  .out = target.out,
                                                  .options = target.probe->options});
    if (target.meant() != nullptr) job.witnesses = {target.meant()->icmp(family)};
  }
  round_ = icmp::send_echoes(jobs_);
}

std::vector<ProbeReport> Echoes::reports() {
  if (!round_) return {};
  return reports_of(round_->outcomes(), targets_,
                    [this](std::size_t i) { return who_answers(jobs_[i]); });
}

std::string Echoes::who_answers(icmp::Job job) {
  const Family family = job.to.family();
  job.options.count = 1;
  job.witnesses.clear();
  for (const auto& node : lab_.nodes) job.witnesses.push_back(node->state().icmp(family));
  const auto again = icmp::send_echoes({&job, 1});
  ProbeRound* const round = again.get();
  run_together({&round, 1});
  const icmp::Outcome outcome = std::move(again->outcomes().front());
  for (const auto& node : lab_.nodes)
    if (std::ranges::count(outcome.seen_by, node->state().icmp(family)) > 0) return node->name();
  return "another host";
}

}  // namespace vethlab::internal
