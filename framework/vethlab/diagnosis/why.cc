#include <vethlab/diagnosis/why.h>

#include <vethlab/base/probe_words.h>
#include <vethlab/base/reporter.h>
#include <vethlab/diagnosis/case.h>
#include <vethlab/diagnosis/causes.h>
#include <vethlab/diagnosis/path.h>
#include <vethlab/diagnosis/slow.h>
#include <vethlab/diagnosis/watch.h>
#include <vethlab/lab/aside.h>
#include <vethlab/lab/choose_address.h>
#include <vethlab/lab/inside.h>
#include <vethlab/lab/node_state.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

Finding answered_by_another(Case& judged) {
  std::vector<std::string> owners;
  const Node* other = nullptr;
  for (const auto& [node, address] : judged.facts.owners(judged.to)) {
    owners.push_back(fmt::format("{} ({})", node->name(), address.dev));
    if (node->name() == judged.first.answered_by) other = node;
  }
  if (owners.size() < 2 || other == nullptr) return {};
  return {fmt::format("{} is an address of {}", judged.to.text(), fmt::join(owners, " and of ")),
          {},
          other,
          {}};
}

Finding judge(Case& judged) {
  if (judged.first.answered_by) return answered_by_another(judged);
  if (judged.again.received > 0) return passed_now(judged);
  const bool reset = was_reset(judged.again);
  if (judged.again.icmp || (judged.first.icmp && judged.again.error == EMSGSIZE))
    return told_by_icmp(judged);
  if (judged.again.error && !reset) return refused_at_source(judged);
  if (reset) return reset_by(judged);
  return lost_in_silence(judged);
}

// For the evidence of the test, should it fail by this.
internal::Blame blame_of(const Diagnosis& diagnosis) {
  internal::Blame blame{
      .why = diagnosis.why, .text = diagnosis.why, .node = diagnosis.node, .dev = diagnosis.dev};
  if (!diagnosis.path.empty()) blame.text += "\nPath: " + diagnosis.path;
  for (const std::string& line : diagnosis.evidence) blame.text += "\n" + line;
  return blame;
}

}  // namespace

std::string Diagnosis::text() const {
  if (why.empty()) return {};
  std::string text = "\n     Why: " + why;
  if (!path.empty()) text += "\n    Path: " + path;
  for (const std::string& line : evidence) text += "\n          " + line;
  return text;
}

Diagnosis diagnose(const Node& from, const Destination& to, const ProbeOptions& options,
                   const ProbeReport& report) noexcept {
  const Unreported none;
  try {
    internal::LabState& lab = from.state().lab;
    if (lab.depth != internal::closure_depth()) return {};
    const internal::Aside aside(std::vector<internal::LabState*>{&lab});
    std::vector<Node*> nodes;
    for (const auto& node : lab.nodes) nodes.push_back(node.get());
    Facts facts(std::move(nodes));
    Case judged{.facts = facts,
                .source = from,
                .destination = to,
                .to = internal::Resolver()(from, to, Caller::here()),
                .meant = to.node(),
                .transport = to.transport(),
                .port = to.port(),
                .options = options,
                .first = report};
    watch(judged, lab);
    if (judged.incomplete) return {};
    const Finding found = judge(judged);
    if (!found) return {};
    Diagnosis diagnosis = {
        .why = found.why,
        .path = judged.again.received > 0 || judged.requests.empty() ? "" : path_of(judged, found),
        .evidence = found.evidence,
        .node = found.node != nullptr ? found.node->name() : "",
        .dev = found.dev};
    lab.blame = blame_of(diagnosis);
    return diagnosis;
  } catch (...) {  // the verdict stands without it
    return {};
  }
}

}  // namespace vethlab::diagnosis
