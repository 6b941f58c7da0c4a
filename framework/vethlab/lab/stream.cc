#include <vethlab/lab/stream.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/icmp/echo_stream.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/probe_target.h>
#include <vethlab/lab/steps.h>
#include <vethlab/lab/stream_order.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using netns::Message;
using namespace std::chrono_literals;

// At 10000 a second a gap is known to 0.1 ms, and a sequence number (16 bits) comes back after 6.5 s; 50000
// in all is what one process sends and reads with some room left.
constexpr int kMostPerSecond = 10'000;
constexpr std::size_t kMostInAll = 50'000;

// What a busy machine may need to start the worker, or to get a word from it.
constexpr auto kPatience = 60s;

void check(const std::vector<Destination>& to, const StreamOptions& options, Caller caller) {
  const auto refuse = [&](const std::string& why) { throw_bad_argument(caller, "stream: " + why); };
  if (to.empty()) refuse("there is no destination");
  for (const Destination& each : to)
    if (each.transport() != Transport::kIcmp)
      refuse(fmt::format("an echo has no port: {}", each.text()));
  if (options.per_second < 1 || options.per_second > kMostPerSecond)
    refuse(fmt::format("per_second {} is not 1 to {}", options.per_second, kMostPerSecond));
  if (to.size() > kMostInAll / static_cast<std::size_t>(options.per_second))
    refuse(fmt::format("{} destinations at {} a second each are more than {} a second", to.size(),
                       options.per_second, kMostInAll));
  if (options.payload < 8)
    refuse(fmt::format("payload {} is not 8 to 65507: it has the echo's number", options.payload));
}

std::string count(const std::vector<Destination>& to) {
  return fmt::format("to {} destinations", to.size());
}

UniqueFd stream_socket(NodeState& node, Family family) {
  const bool v4 = family == Family::kIpv4;
  UniqueFd socket = node.lab.keeper.socket(
      {node.index, v4 ? AF_INET : AF_INET6, SOCK_RAW,
       v4 ? static_cast<int>(IPPROTO_ICMP) : static_cast<int>(IPPROTO_ICMPV6)});
  icmp::prepare_stream_socket(socket.get(), family);
  return socket;
}

std::vector<ProbeTarget> resolved(const std::vector<Probe>& probes, Caller caller) {
  Resolver resolver;
  std::vector<ProbeTarget> targets;
  targets.reserve(probes.size());
  for (const Probe& probe : probes) targets.push_back(resolve(probe, resolver, "stream", caller));
  return targets;
}

StreamOrder order_of(NodeState& node, const std::vector<ProbeTarget>& targets,
                     const StreamOptions& options) {
  StreamOrder order{.options = options};
  for (const ProbeTarget& target : targets) {
    order.targets.push_back({target.to, target.scope});
    UniqueFd& socket = target.to.family() == Family::kIpv4 ? order.socket4 : order.socket6;
    if (!socket) socket = stream_socket(node, target.to.family());
  }
  ::sched_getaffinity(0, sizeof order.processors, &order.processors);
  return order;
}

// While it lives, each change forgets the neighbours that the stream has asked for in vain.
class AskingInVain {
 public:
  explicit AskingInVain(LabState& lab) : lab_(lab), before_(std::exchange(lab.sockets_out, true)) {}
  AskingInVain(const AskingInVain&) = delete;
  AskingInVain& operator=(const AskingInVain&) = delete;
  ~AskingInVain() {
    lab_.sockets_out = before_;
    lab_.unresolved = true;
  }

 private:
  LabState& lab_;
  bool before_;
};

}  // namespace

struct Stream::State {
  State(NodeState& its_node, Caller its_caller) : node(its_node), caller(its_caller) {}

  void start(const std::vector<ProbeTarget>& targets, const StreamOptions& options);
  Message expect(Message::Kind kind, std::chrono::milliseconds within);

  NodeState& node;
  Caller caller;
  std::chrono::milliseconds timeout{0};
  std::vector<std::string> names = {};  // of the destinations
  AskingInVain asking_in_vain{node.lab};
  std::optional<netns::Worker> worker = {};
};

void Stream::State::start(const std::vector<ProbeTarget>& targets, const StreamOptions& options) {
  timeout = options.timeout;
  for (const ProbeTarget& target : targets) names.push_back(target.text());
  const Message order = netns::encoded(Message::Kind::kStream, order_of(node, targets, options));
  worker.emplace(zygote(), node.place(), order);
  node.lab.note_world();
  (void)expect(Message::Kind::kMade, 0s);
}

Message Stream::State::expect(Message::Kind kind, std::chrono::milliseconds within) {
  const auto deadline = Deadline::in(within + kPatience);
  auto said = worker->receive(deadline);
  if (said && said->kind == kind) return std::move(*said);
  std::string why = deadline.over() ? "does not answer" : "is gone";
  if (said) why = "failed: " + said->bytes;
  throw WorkerFailed(fmt::format("the worker that streams echoes from {} {}", node.name, why));
}

Stream::Stream(const Node& from, const std::vector<Destination>& to, const StreamOptions& options,
               Caller caller) {
  NodeState& node = from.state();
  const Doing doing(node, caller, "stream", to.size() == 1 ? to.front().text() : count(to));
  check(to, options, caller);
  std::vector<Probe> probes;
  probes.reserve(to.size());
  for (const Destination& each : to)
    probes.push_back({from,
                      each,
                      {.timeout = options.timeout,
                       .payload = options.payload,
                       .ttl = options.ttl,
                       .src = options.src}});
  for (const Probe& probe : probes) check_probe(node.lab, probe, "stream", caller);
  node.attempt(caller, [&] {
    const std::vector<ProbeTarget> targets = resolved(probes, caller);
    state_ = std::make_unique<State>(node, caller);
    state_->start(targets, options);
  });
}

Stream::~Stream() = default;

std::vector<StreamReport> Stream::reports() {
  Doing doing(state_->node, state_->caller, "stream: its report");
  return state_->node.attempt(state_->caller, [&] {
    state_->worker->send(Message::Kind::kStop, {});
    auto reports = netns::decoded<std::vector<StreamReport>>(
        state_->expect(Message::Kind::kValue, 2 * state_->timeout));
    (void)state_->worker->wait(Deadline::in(kPatience));
    for (std::size_t i = 0; i < reports.size(); ++i) reports[i].to = std::move(state_->names[i]);
    if (reports.size() == 1) doing.result(reports.front());
    return reports;
  });
}

}  // namespace vethlab::internal
