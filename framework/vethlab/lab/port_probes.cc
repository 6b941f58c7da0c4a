#include <vethlab/lab/port_probes.h>

#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/probe/witness.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace vethlab::internal {
namespace {

int domain_of(Family family) { return family == Family::kIpv4 ? AF_INET : AF_INET6; }

UniqueFd open_in(NodeState& node, Family family, Transport transport) {
  const int type = transport == Transport::kTcp ? SOCK_STREAM : SOCK_DGRAM;
  return node.lab.keeper.socket({node.index, domain_of(family), type | SOCK_NONBLOCK, 0});
}

}  // namespace

PortProbes::PortProbes(LabState& lab, std::vector<ProbeTarget> targets)
    : lab_(lab), targets_(std::move(targets)) {
  if (targets_.empty()) return;
  std::vector<Witness> wanted;
  for (const ProbeTarget& target : targets_)
    if (target.meant() != nullptr)
      wanted.emplace_back(target.meant(), target.to.family(), target.probe->to.transport());
  open_witnesses(wanted);
  jobs_.reserve(targets_.size());
  for (const ProbeTarget& target : targets_) {
    const Family family = target.to.family();
    const Transport transport = target.probe->to.transport();
    probe::Job& job =
        jobs_.emplace_back(probe::Job{.transport = transport,
                                      .to = target.to,
                                      .port = target.probe->to.port(),
                                      .scope = target.scope != 0 ? target.scope : target.out,
                                      .options = target.probe->options,
                                      .open = [&from = target.from(), family, transport] {
                                        return open_in(from, family, transport);
                                      }});
    if (target.meant() != nullptr)
      job.witnesses = {witnesses_.at({target.meant(), family, transport}).get()};
  }
  round_ = probe::start(jobs_);
}

void PortProbes::open_witnesses(const std::vector<Witness>& wanted) {
  for (const Witness& witness : wanted) {
    const auto [entry, is_new] = witnesses_.try_emplace(witness);
    if (!is_new) continue;
    const auto& [node, family, transport] = witness;
    const int protocol = transport == Transport::kTcp ? IPPROTO_TCP : IPPROTO_UDP;
    entry->second = lab_.keeper.socket({node->index, domain_of(family), SOCK_RAW, protocol});
    probe::prepare_witness(entry->second.get(), family, transport);
  }
}

std::vector<ProbeReport> PortProbes::reports() {
  if (!round_) return {};
  return reports_of(round_->outcomes(), targets_,
                    [this](std::size_t i) { return who_answers(jobs_[i]); });
}

std::string PortProbes::who_answers(probe::Job job) {
  job.options.count = 1;
  job.witnesses.clear();
  std::vector<Witness> all;
  for (const auto& node : lab_.nodes)
    all.emplace_back(&node->state(), job.to.family(), job.transport);
  open_witnesses(all);
  for (const Witness& witness : all) job.witnesses.push_back(witnesses_.at(witness).get());
  const auto again = probe::start({&job, 1});
  ProbeRound* const round = again.get();
  run_together({&round, 1});
  const probe::Outcome outcome = std::move(again->outcomes().front());
  for (const Witness& witness : all)
    if (std::ranges::count(outcome.seen_by, witnesses_.at(witness).get()) > 0)
      return std::get<NodeState*>(witness)->name;
  return "another host";
}

}  // namespace vethlab::internal
