#include <vethlab/lab/gather.h>

#include <vethlab/base/deadline.h>
#include <vethlab/capture/pcapng.h>
#include <vethlab/evidence/difference.h>
#include <vethlab/evidence/graph.h>
#include <vethlab/lab/asking.h>
#include <vethlab/lab/capture_state.h>
#include <vethlab/lab/daemon_state.h>
#include <vethlab/lab/doors.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/living_labs.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/snapshot_parts.h>
#include <vethlab/lab/wire.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// For all that programs are asked for. The kernel answers at once.
constexpr auto kPatience = 10s;
constexpr auto kPerProgram = 3s;

constexpr std::size_t kMostPackets = 2000;  // of one capture; its file has all
constexpr std::size_t kLongestVerb = 2000;

// Nobody asks but we.
class Aside {
 public:
  explicit Aside(std::vector<LabState*> labs)
      : labs_(std::move(labs)), asking_(std::exchange(asking, nullptr)) {
    for (LabState* const lab : labs_) lab->being_gathered = true;
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  ~Aside() {
    for (LabState* const lab : labs_) lab->being_gathered = false;
    asking = asking_;
  }

 private:
  std::vector<LabState*> labs_;
  Asking* asking_;
};

// What f could not do, in words; empty: it could.
template <class F>
std::string trouble_of(F f) {
  try {
    f();
    return {};
  } catch (const std::exception& why) {
    return why.what();
  } catch (...) {
    return "unknown exception";
  }
}

template <class T>
std::string text_of(const T& value) {
  std::ostringstream os;
  os << value;
  return os.str();
}

std::vector<evidence::Interface> interfaces_of(const std::vector<Link>& links,
                                               const std::vector<InterfaceAddress>& addresses) {
  std::vector<evidence::Interface> all;
  for (const Link& link : links) {
    evidence::Interface& its = all.emplace_back();
    its.name = link.name;
    its.mac = link.mac;
    its.mtu = link.mtu;
    its.up = link.up;
    its.carrier = link.up && link.lower_up;
    its.kind = link.kind;
    its.master = link.master;
    for (const InterfaceAddress& each : addresses)
      if (each.index == link.index && each.scope != "link")
        its.addresses.push_back(text_of(each.address));
  }
  return all;
}

std::string place_of(Caller caller) {
  const std::string prefix = prefix_of(caller);  // "reach_test.cc:9: "
  return prefix.substr(0, prefix.rfind(": "));
}

evidence::End end_of(const std::string& node, const Link& link) {
  return {.node = node, .dev = link.name, .up = link.up && link.lower_up};
}

bool is_at(const Wire::Side& side, const evidence::End& end) {
  return side.node.name() == end.node && side.dev == end.dev;
}

bool drops(const LabState& lab, const evidence::Wire& wire) {
  return std::ranges::any_of(lab.wires, [&](const auto& each) {
    return each->drops() && ((is_at(each->a(), wire.a) && is_at(each->b(), wire.b)) ||
                             (is_at(each->a(), wire.b) && is_at(each->b(), wire.a)));
  });
}

struct NodesLinks {
  std::string node;
  std::vector<Link> links;
};

// The veth pairs, whoever has made them, each seen from its first end.
std::vector<evidence::Wire> wires_of(const LabState& lab, const std::vector<NodesLinks>& all) {
  std::vector<evidence::Wire> wires;
  std::vector<const Link*> paired;
  for (const NodesLinks& near : all)
    for (const Link& link : near.links) {
      if (!link.peer_index || std::ranges::count(paired, &link) > 0) continue;
      if (link.link_netnsid && link.link_netns.empty()) continue;  // not the lab's
      const std::string& where = link.link_netns.empty() ? near.node : link.link_netns;
      const auto far = std::ranges::find(all, where, &NodesLinks::node);
      if (far == all.end()) continue;
      const auto peer = std::ranges::find(far->links, *link.peer_index, &Link::index);
      if (peer == far->links.end()) continue;
      paired.push_back(&*peer);
      evidence::Wire& wire = wires.emplace_back();
      wire.a = end_of(near.node, link);
      wire.b = end_of(far->node, *peer);
      wire.drops = drops(lab, wire);
    }
  return wires;
}

bool lists_firewall(const std::string& snapshot) {
  return snapshot.find("\n# iptables-save\n") != snapshot.npos ||
         snapshot.find("\n# nft list ruleset\n") != snapshot.npos;
}

bool forwards(const NodeState& node) {
  const auto is_on = [&](const char* path) {
    return node.lab.keeper.read_sysctl(node.index, path).starts_with('1');
  };
  return is_on("ipv4/ip_forward") || is_on("ipv6/conf/all/forwarding");
}

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

// A lab beside the test's: what an untouched node has, and a place for programs.
class Scratch {
 public:
  Scratch() : lab_(LabOptions{.plan = {}, .grace = 0ms}), node_(lab_.add_node("untouched")) {
    node_.state().lab.being_gathered = true;
  }
  [[nodiscard]] std::string network() const { return network_text(node_, {}); }
  [[nodiscard]] std::string firewall() const { return firewall_text(node_, kPerProgram, {}); }
  [[nodiscard]] std::string run(const Argv& argv) const {
    ProgramResult result = node_.exec(argv, {.timeout = kPerProgram}, {});
    while (result.out.ends_with('\n')) result.out.pop_back();
    if (result.exit_code == 0) return result.out;
    throw std::runtime_error(fmt::format("{}: {}", argv.front(), result.err));
  }
  // Empty where it isn't installed.
  [[nodiscard]] std::string svg(const std::string& graph) const try {
    const ProgramResult drawn =
        node_.exec({"dot", "-Tsvg"}, {.input = graph, .timeout = kPerProgram}, {});
    if (drawn.exit_code == 0) return drawn.out;
    throw std::runtime_error(drawn.late ? "late" : drawn.err);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::no_such_file_or_directory) return {};
    throw;
  }

 private:
  Lab lab_;
  Node& node_;
};

}  // namespace

Gatherer::Gatherer(std::string test, Clock::time_point began) : began_(began) {
  evidence_.test = std::move(test);
}

evidence::Time Gatherer::since_start(Clock::time_point at) const {
  return std::max(evidence::Time(0), evidence::Time(at - began_));
}

bool Gatherer::has_seen(const LabState& lab) const {
  return std::ranges::count(seen_, lab.living.id(), &Seen::lab) > 0;
}

// Of labs that ended before the failure, what the test did is all that is left.
void Gatherer::look_back() {
  for (const PastLab& past : take_past_labs()) {
    if (std::ranges::count(seen_, past.id, &Seen::lab) > 0) continue;
    const std::size_t number = evidence_.labs.size();
    seen_.push_back({past.id, number});
    evidence::Lab& its = evidence_.labs.emplace_back();
    its.made = place_of(past.made);
    its.ended = true;
    add(past.steps, number);
  }
}

void Gatherer::look() {
  look_back();
  std::vector<LabState*> labs = labs_of_this_thread();
  std::erase_if(labs, [&](const LabState* lab) { return lab->being_gathered || has_seen(*lab); });
  if (labs.empty()) return;
  const Aside aside(labs);
  const auto deadline = Deadline::in(kPatience);
  for (LabState* const lab : labs) {
    seen_.push_back({lab->living.id(), evidence_.labs.size()});
    look_at(*lab);
    if (lab->world_made && !lab->is_ending) look_at_firewall(*lab, deadline);
  }
  is_compared_ = false;
}

// For this no test's lab is needed any more.
void Gatherer::compare() {
  if (std::exchange(is_compared_, true)) return;
  evidence_.mermaid = evidence::mermaid(evidence_);
  const std::string trouble = trouble_of([&] {
    const Scratch scratch;
    const std::string untouched = scratch.network();
    const std::string firewall = has_firewall_ ? scratch.firewall() : "";
    for (evidence::Lab& lab : evidence_.labs)
      for (evidence::Node& node : lab.nodes) {
        if (node.snapshot.empty()) continue;
        node.difference = evidence::difference(
            untouched + (lists_firewall(node.snapshot) ? firewall : ""), node.snapshot);
        node.difference.erase(0, 1);  // the first newline
      }
    evidence_.svg = scratch.svg(evidence::dot(evidence_));
  });
  if (!trouble.empty()) note("compare with an untouched node: " + trouble);
}

std::size_t Gatherer::number_of(const LabState& lab) const {
  return std::ranges::find(seen_, lab.living.id(), &Seen::lab)->number;
}

void Gatherer::look_at(LabState& lab) {
  evidence::Lab& its = evidence_.labs.emplace_back();
  its.made = place_of(lab.made);
  its.ended = lab.is_ending;
  std::vector<NodesLinks> links;
  for (const auto& each : lab.nodes) {
    evidence::Node& node = its.nodes.emplace_back();
    node.name = each->name();
    node.is_switch = each->state().is_switch;
    node.trouble = trouble_of([&] {
      links.push_back({node.name, each->links({})});
      node.interfaces = interfaces_of(links.back().links, each->addresses({}));
      node.snapshot = network_text(*each, {});
      node.forwards = forwards(each->state());
    });
  }
  its.trouble = trouble_of([&] { its.wires = wires_of(lab, links); });
}

// Its rules are programs' doing: where none has run there are none.
void Gatherer::look_at_firewall(LabState& lab, Deadline deadline) {
  has_firewall_ = true;
  evidence::Lab& its = evidence_.labs[number_of(lab)];
  for (std::size_t i = 0; i < its.nodes.size(); ++i) {
    evidence::Node& node = its.nodes[i];
    if (!node.trouble.empty()) continue;
    node.trouble = trouble_of([&] {
      if (deadline.over()) throw std::runtime_error("there was no time for its firewall");
      node.snapshot += firewall_text(*lab.nodes[i], kPerProgram, {});
    });
  }
}

void Gatherer::hear() {
  std::vector<LabState*> labs = labs_of_this_thread();
  std::erase_if(labs, [&](const LabState* lab) { return lab->being_gathered || !has_seen(*lab); });
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
    event.text = fmt::format("{} {}", text_of(packet.direction), packet.summary);
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

void Gatherer::open_doors() {
  std::vector<LabState*> labs = labs_of_this_thread();
  std::erase_if(labs, [&](const LabState* lab) { return lab->is_ending || !has_seen(*lab); });
  const Aside aside(labs);
  for (LabState* const lab : labs) {
    evidence::Lab& its = evidence_.labs[number_of(*lab)];
    for (std::size_t i = 0; i < its.nodes.size(); ++i) {
      const std::string trouble =
          trouble_of([&] { its.nodes[i].enter = door_to(lab->nodes[i]->state()); });
      if (!trouble.empty()) note(fmt::format("enter {}: {}", its.nodes[i].name, trouble));
    }
    lab->options.grace = 0ms;  // who is inside then is no program of the test
  }
}

// tmux is told as any client of it would: TMUX, in the environment, has its socket.
void Gatherer::open_panes() {
  if (std::getenv("TMUX") == nullptr) return;
  const std::string trouble = trouble_of([&] {
    const Scratch scratch;
    std::string window;
    for (const evidence::Lab& lab : evidence_.labs)
      for (const evidence::Node& node : lab.nodes) {
        if (node.enter.empty()) continue;
        if (window.empty())
          window = scratch.run({"tmux", "new-window", "-d", "-P", "-F", "#{window_id}", "-n",
                                evidence_.test, node.enter});
        else (void)scratch.run({"tmux", "split-window", "-d", "-t", window, node.enter});
        (void)scratch.run({"tmux", "select-layout", "-t", window, "tiled"});
      }
  });
  if (!trouble.empty()) note("open panes of tmux: " + trouble);
}

void Gatherer::note(std::string text) {
  if (std::ranges::count(evidence_.notes, text) == 0) evidence_.notes.push_back(std::move(text));
}

}  // namespace vethlab::internal
