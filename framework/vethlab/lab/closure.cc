#include <vethlab/lab/closure.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/lab/crash_stack.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netns/worker.h>

#include <cxxabi.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <typeinfo>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using netns::Message;
using netns::Worker;
using namespace std::chrono_literals;

constexpr std::size_t kMostBytes = std::size_t{256} << 20;

// For the stack of one that is late, before it is killed.
constexpr auto kLastWords = 1s;

std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : type.name();
}

std::string other_threads(int count) {
  if (count == 0) return {};
  return fmt::format(
      "\n(The test had {} other thread{} at the fork: a lock that one of them held stays locked "
      "inside.)",
      count, count == 1 ? "" : "s");
}

}  // namespace

struct Closure::State {
  State(NodeState& its_node, RunOptions its_options, Caller its_caller)
      : node(its_node), options(its_options), caller(its_caller), worker(place()) {
    node.lab.world_made = true;
    for (const auto& each : node.lab.nodes) each->state().in_run_netns = true;
  }

  [[nodiscard]] netns::Place place() const;
  [[nodiscard]] std::string late();
  [[nodiscard]] std::string ended(const Worker::Ended& end) const;

  NodeState& node;
  RunOptions options;
  Caller caller;
  Worker worker;
  std::string threw = {};  // what it said of its end: an exception
  std::string stack = {};  // … or a signal
  Encoded value = {};
  bool done = false;
};

netns::Place Closure::State::place() const {
  LabState& lab = node.lab;
  netns::Place place{.init = lab.keeper.init(),
                     .own_user_namespace = lab.keeper.user_namespace() == UserNamespace::kOwn,
                     .netns = node.netns.get(),
                     .world = {.is_made = lab.world_made}};
  for (const auto& each : lab.nodes) {
    const NodeState& state = each->state();
    if (!state.in_run_netns) place.world.new_names.push_back({state.name, state.netns.get()});
  }
  return place;
}

Closure::Closure(const Node& node, RunOptions options, Caller caller)
    : state_(node.state().attempt(
          caller, [&] { return std::make_unique<State>(node.state(), options, caller); })) {}

Closure::~Closure() = default;

bool Closure::inside() const { return state_->worker.inside(); }

void Closure::perform(const std::function<void(Encoder&)>& body) {
  Worker& worker = state_->worker;
  const auto threw = [&](const std::string& what) { worker.send(Message::Kind::kThrew, what); };
  on_crash([&worker](std::string_view stack) { worker.send(Message::Kind::kStack, stack); });
  reporter().forward(
      [&worker](std::string_view sent) { worker.send(Message::Kind::kReport, sent); });
  try {
    Encoder encoder;
    body(encoder);
    const Encoded value = encoder.take();
    if (worker.is_stray()) {
      worker.send(Message::Kind::kStray, {});
      ::_exit(0);
    }
    if (value.bytes.size() > kMostBytes)
      threw(fmt::format("returned {} bytes: {} is the most", value.bytes.size(), kMostBytes));
    else worker.send(Message::Kind::kValue, value.bytes, value.descriptors);
  } catch (const std::exception& exception) {
    if (reporter().has_reported(exception)) threw({});
    else threw(fmt::format("threw {}: {}", type_name(typeid(exception)), exception.what()));
  } catch (...) {
    threw(fmt::format("threw {}", type_name(*abi::__cxa_current_exception_type())));
  }
  reporter().forward_rest();
  worker.send(Message::Kind::kDone, {});
  worker.leave();
}

Encoded Closure::answer() {
  State& s = *state_;
  const auto deadline = Deadline::in(s.options.timeout);
  bool abandoned = false;
  while (auto message = s.worker.receive(deadline)) {
    switch (message->kind) {
      case Message::Kind::kReport: reporter().replay(s.node.name, message->bytes); break;
      case Message::Kind::kStray:
        reporter().failure(s.caller,
                           fmt::format("a fork of the closure in {} came back from it: it must end "
                                       "by exec(3) or _exit(2)",
                                       s.node.name));
        break;
      case Message::Kind::kThrew:
        s.threw = std::move(message->bytes);
        abandoned = true;
        break;
      case Message::Kind::kStack: s.stack = std::move(message->bytes); break;
      case Message::Kind::kValue:
        s.value = {std::move(message->bytes), std::move(message->descriptors)};
        break;
      case Message::Kind::kDone: s.done = true; break;
      default: break;
    }
  }
  const auto end = s.worker.wait(deadline);
  if (!end) reporter().abandon(s.caller, s.late());
  if (!s.done) reporter().abandon(s.caller, s.ended(*end));
  if (abandoned)
    reporter().abandon(s.caller, s.threw.empty()
                                     ? fmt::format("the closure in {} ended there", s.node.name)
                                     : fmt::format("the closure in {} {}", s.node.name, s.threw));
  return std::move(s.value);
}

// Asks it for its stack, then kills it.
std::string Closure::State::late() {
  worker.signal(SIGABRT);
  const auto deadline = Deadline::in(kLastWords);
  while (const auto message = worker.receive(deadline))
    if (message->kind == Message::Kind::kStack) stack = message->bytes;
  worker.kill_group();
  (void)worker.wait(Deadline::in(options.timeout + kLastWords));
  return fmt::format("the closure in {} did not end in {}, and was killed{}{}", node.name,
                     options.timeout % 1s == 0ms ? fmt::format("{} s", options.timeout / 1s)
                                                 : fmt::format("{} ms", options.timeout.count()),
                     stack.empty() ? "" : ":\n" + crash_stack_text(stack),
                     other_threads(worker.other_threads()));
}

std::string Closure::State::ended(const Worker::Ended& end) const {
  if (end.signal)
    return fmt::format("the closure in {} was killed by SIG{} ({}){}{}", node.name,
                       sigabbrev_np(*end.signal), sigdescr_np(*end.signal),
                       stack.empty() ? "" : ":\n" + crash_stack_text(stack),
                       other_threads(worker.other_threads()));
  if (end.mute)
    return fmt::format("the closure in {} closed the descriptor by which it answers", node.name);
  if (end.status)
    return fmt::format(
        "the closure in {} left with status {} before its end: it, or what it "
        "called, called exit(3) or _exit(2)",
        node.name, *end.status);
  return fmt::format("the closure in {} ended, and its status was taken by a wait(2) of the test's",
                     node.name);
}

}  // namespace vethlab::internal
