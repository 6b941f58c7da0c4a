// What happened in the test's labs: steps, packets, daemons' lines.
#include <vethlab/capture/pcapng.h>
#include <vethlab/lab/aside.h>
#include <vethlab/lab/capture_state.h>
#include <vethlab/lab/daemon_state.h>
#include <vethlab/lab/gather.h>
#include <vethlab/lab/gather_words.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/living_labs.h>
#include <vethlab/lab/node_state.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostPackets = 2000;  // of one capture; its file has all
constexpr std::size_t kLongestVerb = 2000;

std::string verb_text(const Step& step) {
  std::string text = step.verb;
  if (step.arguments)
    if (const std::string arguments = step.arguments(); !arguments.empty()) text += " " + arguments;
  if (text.size() > kLongestVerb) text = text.substr(0, kLongestVerb) + " …";
  if (step.times > 1) text += fmt::format(" ({} times)", step.times);
  return text;
}

std::string end_text(const std::optional<process::ProgramEnd>& end) {
  if (!end) return {};
  if (end->exit_code) return fmt::format("exit status {}", *end->exit_code);
  return end->signal ? fmt::format("killed by SIG{}", sigabbrev_np(*end->signal)) : "ended";
}

}  // namespace

void Gatherer::hear() {
  std::vector<LabState*> labs = labs_of_this_thread();
  std::erase_if(labs, [&](const LabState* lab) { return lab->asked_aside || !has_seen(*lab); });
  const Aside aside(labs);
  for (LabState* const lab : labs) hear_of(*lab, number_of(*lab));
  std::ranges::stable_sort(evidence_.steps, {}, &evidence::Step::start);
  std::ranges::stable_sort(evidence_.events, {}, &evidence::Event::at);
}

void Gatherer::hear_of(LabState& lab, std::size_t number) {
  const auto of_this = [&](const auto& each) { return each.lab == number; };
  std::erase_if(evidence_.steps, of_this);
  std::erase_if(evidence_.events, of_this);
  std::erase_if(evidence_.daemons, of_this);
  std::erase_if(evidence_.captures, of_this);
  add(lab.steps, number);
  add(lab.blame, number);
  for (const auto& each : lab.captures) add(each->state(), number);
  for (const auto* part : {&lab.daemons, &lab.stopped_daemons})
    for (const auto& each : *part)
      if (each) add(each->state(), number);
}

// Of the failure itself, not of a verdict that the test did not fail by.
void Gatherer::add(const Blame& blame, std::size_t lab) {
  if (blame.why.empty()) return;
  const auto says_so = [&](const evidence::Failure& each) {
    return each.text.find(blame.why) != each.text.npos;
  };
  if (std::ranges::none_of(evidence_.failures, says_so)) return;
  evidence_.diagnosis = blame.text;
  if (!blame.node.empty())
    evidence_.broken = {.lab = lab, .node = blame.node, .dev = blame.dev, .what = blame.why};
}

void Gatherer::add(const StepLog& steps, std::size_t lab) {
  for (const auto* part : {&steps.first, &steps.last})
    for (const Step& each : *part) add(each, lab);
  if (steps.forgotten > 0)
    note(
        fmt::format("{} steps are not kept, after the first {}", steps.forgotten, StepLog::kFirst));
}

void Gatherer::add(const Step& step, std::size_t lab) {
  evidence::Step& its = evidence_.steps.emplace_back();
  its.start = since_start(step.began);
  if (step.ended != Clock::time_point{}) its.took = step.ended - step.began;
  its.lab = lab;
  its.node = step.node;
  its.verb = verb_text(step);
  its.file = step.caller.file;
  its.line = step.caller.line;
  if (step.result) its.result = step.result();
  its.failed = step.failed;
}

void Gatherer::add(CaptureState& capture, std::size_t lab) {
  evidence::Capture& its = evidence_.captures.emplace_back();
  its.lab = lab;
  its.node = capture.node.name;
  its.dev = capture.dev;
  its.filter = capture.filter.text();
  const std::string trouble = trouble_of([&] {
    capture.drain({});
    its.lost = capture.ring.losses().lost;
  });
  if (!trouble.empty()) note(capture.text() + ": " + trouble);
  its.packets = capture.seen.size();
  its.pcapng = capture::pcapng(capture.seen, {.comment = evidence_.test,
                                              .node = its.node,
                                              .interface = its.dev,
                                              .filter = its.filter,
                                              .snaplen = capture.options.snaplen});
  const auto epoch = std::chrono::system_clock::now().time_since_epoch() -
                     (Clock::now() - began_);  // of the test's start
  const std::size_t skipped = capture.seen.size() - std::min(capture.seen.size(), kMostPackets);
  for (std::size_t i = skipped; i < capture.seen.size(); ++i) {
    const Packet& packet = capture.seen[i];
    evidence::Event& event = evidence_.events.emplace_back();
    event.at = packet.time - epoch;
    event.lab = lab;
    event.node = its.node;
    event.source = packet.dev;
    event.text = fmt::format("{} {}", printed(packet.direction), packet.summary);
  }
}

void Gatherer::add(DaemonState& daemon, std::size_t lab) {
  const std::string trouble = trouble_of([&] { (void)daemon.ask(); });
  if (!trouble.empty()) note(trouble);
  evidence::Daemon& its = evidence_.daemons.emplace_back();
  its.lab = lab;
  its.node = daemon.node.name;
  its.argv = daemon.argv;
  its.end = end_text(daemon.end);
  const std::string program = daemon.name.substr(0, daemon.name.find(" in "));
  for (const OutputLine& line : daemon.log.lines()) {
    its.lines.push_back(line.text);
    evidence::Event& event = evidence_.events.emplace_back();
    event.at = since_start(daemon.started) + line.at;
    event.kind = line.err ? evidence::Event::Kind::kDaemonErr : evidence::Event::Kind::kDaemonOut;
    event.lab = lab;
    event.node = its.node;
    event.source = program;
    event.text = line.text;
  }
}

}  // namespace vethlab::internal
