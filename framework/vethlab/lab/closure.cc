#include <vethlab/lab/closure.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/base/time_text.h>
#include <vethlab/lab/crash_stack.h>
#include <vethlab/lab/inside.h>
#include <vethlab/lab/kept_reports.h>
#include <vethlab/lab/live_output.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/sanitizer_report.h>
#include <vethlab/lab/steps.h>
#include <vethlab/lab/symbols.h>
#include <vethlab/netns/one_processor.h>
#include <vethlab/netns/worker.h>

#include <cxxabi.h>
#include <signal.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>
#include <typeinfo>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using netns::Message;
using netns::Worker;
using namespace std::chrono_literals;

constexpr std::size_t kMostBytes = std::size_t{256} << 20;

// For the stack of one that is late, before it is killed.
constexpr auto kLastWords = 1s;

std::string type_name(const std::type_info& type) { return demangled(type.name()); }

std::string other_threads(int count) {
  if (count == 0) return {};
  return fmt::format(
      "\n(The test had {} other thread{} at the fork: a lock that one of them held stays locked "
      "inside.)",
      count, count == 1 ? "" : "s");
}

std::string behind_colon(std::string_view stack) {
  const std::string text = crash_stack_text(stack);
  return text.empty() ? "" : ":\n" + text;
}

// Whoever has made the lab ends what runs in it; a fork of that one does not, when it ends itself.
void check_owner(const NodeState& node, Caller caller) {
  if (node.lab.keeper.is_mine() || node.lab.depth != closure_depth()) return;
  throw std::logic_error(fmt::format(
      "{}start: this process is a fork of the one that made the lab (a death test's?), "
      "and would leave the closure in {} running when it ends: make the lab in the fork",
      prefix_of(caller), node.name));
}

[[gnu::hot]] [[noreturn]] void finish(Worker& worker, const Encoded& value) {
  reporter().forward_rest();
  worker.send(Message::Kind::kDone, value.bytes, value.descriptors);
  worker.leave();
}

}  // namespace

struct Closure::State {
  State(NodeState& its_node, Caller its_caller, Heard when)
      : doing(std::in_place, its_node, its_caller, when == Heard::kAtOnce ? "run" : "start"),
        node(its_node),
        caller(its_caller),
        heard(when),
        kept(when),
        worker(its_node.place()) {
    if (worker.inside() || heard == Heard::kLater) together.reset();
    node.lab.note_world();
    if (heard == Heard::kLater) doing.reset();
  }

  void take(Message message);
  void take_until(Deadline deadline);
  void replay(std::string_view report) const;
  [[nodiscard]] std::string late(std::chrono::milliseconds timeout);
  [[nodiscard]] std::string ended(const Worker::Ended& end) const;
  [[nodiscard]] std::string killed_by(int signal) const;
  void report_sanitizers() const;

  std::optional<Doing> doing;  // until the end of one that is waited for
  NodeState& node;
  Caller caller;
  Heard heard;
  KeptReports kept;  // this and the next two: made before the fork
  std::string context = reporter().context();
  std::optional<netns::OneProcessor> together{std::in_place};  // with the worker, while one waits
  SanitizerReport sanitizer_report;
  Worker worker;
  std::string threw = {};  // what it said of its end: an exception
  std::string stack = {};  // … or a signal
  Encoded value = {};
  bool abandoned = false;
  bool done = false;
};

[[gnu::hot]] Closure::Closure(const Node& node, Caller caller, Heard heard)
    : state_(node.state().attempt(caller, [&] {
        if (heard == Heard::kLater) check_owner(node.state(), caller);
        load_backtrace();
        return std::make_unique<State>(node.state(), caller, heard);
      })) {}

Closure::~Closure() = default;

bool Closure::inside() const { return state_->worker.inside(); }

[[gnu::hot]] void Closure::perform(const std::function<void(Encoder&)>& body) {
  State& s = *state_;
  Worker& worker = s.worker;
  const bool at_once = s.heard == Heard::kAtOnce;
  const auto threw = [&](const std::string& what) { worker.send(Message::Kind::kThrew, what); };
  enter_closure(!at_once);
  write_by_line();
  on_crash([&worker](std::string_view stack) { worker.send(Message::Kind::kStack, stack); },
           __builtin_return_address(0));
  s.sanitizer_report.take_here();
  reporter().forward(std::move(s.context), [&s, at_once](std::string_view sent) {
    flush_output();
    if (s.kept.add(sent)) return;
    s.worker.send(Message::Kind::kReport, sent);
    if (at_once) s.worker.await_acknowledgement();
  });
  if (worker.directory_is_gone()) {
    threw("cannot be where the test is: its directory is not there in the lab");
    finish(worker, {});
  }
  Encoded value;
  try {
    Encoder encoder;
    body(encoder);
    value = encoder.take();
    if (worker.is_stray()) {
      worker.send(Message::Kind::kStray, {});
      ::_exit(0);
    }
    if (value.bytes.size() > kMostBytes) {
      threw(fmt::format("returned {} bytes: {} is the most", value.bytes.size(), kMostBytes));
      value = {};
    }
  } catch (const std::exception& exception) {
    if (reporter().has_reported(exception)) threw({});
    else threw(fmt::format("threw {}: {}", type_name(typeid(exception)), exception.what()));
  } catch (...) {
    const std::type_info* const type = abi::__cxa_current_exception_type();
    threw(type != nullptr ? fmt::format("threw {}", type_name(*type))
                          : "was unwound by something else than a C++ exception: pthread_exit(3)?");
    if (type == nullptr) finish(worker, {});  // here: the end of this block would end the process
  }
  finish(worker, value);
}

void Closure::State::replay(std::string_view report) const {
  reporter().replay(node.name, report);
  flush_output();
}

// What comes until then, or until it has ended.
void Closure::State::take_until(Deadline deadline) {
  while (auto message = worker.receive(deadline)) {
    take(std::move(*message));
    // It has said all but, perhaps, why its end fails: woken once, not also when its channel closes.
    if (done) (void)worker.has_ended(deadline);
  }
  kept.take([this](std::string_view report) { replay(report); });
}

void Closure::State::take(Message message) {
  switch (message.kind) {
    case Message::Kind::kReport:
      replay(message.bytes);
      worker.acknowledge();
      break;
    case Message::Kind::kStray:
      reporter().failure(caller, fmt::format("a fork of the closure in {} came back from it: it "
                                             "must end by exec(3) or _exit(2)",
                                             node.name));
      break;
    case Message::Kind::kThrew:
      threw = std::move(message.bytes);
      abandoned = true;
      break;
    case Message::Kind::kStack: stack = std::move(message.bytes); break;
    case Message::Kind::kDone:
      value = {std::move(message.bytes), std::move(message.descriptors)};
      done = true;
      break;
    default: break;
  }
}

bool Closure::has_ended(std::chrono::milliseconds within) {
  const auto deadline = Deadline::in(within);
  state_->take_until(deadline);
  return state_->worker.has_ended(deadline);  // one that has become a program says nothing
}

void Closure::report_what_came() { (void)has_ended(0ms); }

void Closure::end(std::chrono::milliseconds grace) {
  State& s = *state_;
  report_what_came();
  auto end = s.worker.wait(Deadline::in(0ms));
  if (end) s.take_until(Deadline::in(0ms));  // what it said in between
  if (!end && grace > 0ms) {
    s.worker.signal_group(SIGTERM);
    s.worker.signal_group(SIGCONT);  // one that is stopped would not hear it
    const auto deadline = Deadline::in(grace);
    s.take_until(deadline);
    end = s.worker.wait(deadline);
    if (!end)
      reporter().failure(
          s.caller, fmt::format("the closure in {} did not end at SIGTERM in {}, and was killed",
                                s.node.name, time_text(grace)));
    else if (end->signal == SIGTERM || end->status == 0) s.done = true;  // as it was told to
  }
  if (end && !s.done) reporter().failure(s.caller, s.ended(*end));
  else s.report_sanitizers();
  if (s.abandoned && !s.threw.empty())
    reporter().failure(s.caller, fmt::format("the closure in {} {}", s.node.name, s.threw));
}

Encoded Closure::answer(std::chrono::milliseconds timeout, Caller caller) {
  State& s = *state_;
  s.caller = caller;
  const auto deadline = Deadline::in(timeout);
  s.take_until(deadline);
  const auto end = s.worker.wait(deadline);
  if (!end) {
    const std::string late = s.late(timeout);
    s.report_sanitizers();
    reporter().abandon(caller, late);
  }
  if (!s.done) reporter().abandon(caller, s.ended(*end));
  s.report_sanitizers();
  if (s.abandoned)
    reporter().abandon(caller, s.threw.empty()
                                   ? fmt::format("the closure in {} ended there", s.node.name)
                                   : fmt::format("the closure in {} {}", s.node.name, s.threw));
  return std::move(s.value);
}

// Asks it for its stack, then kills it.
std::string Closure::State::late(std::chrono::milliseconds timeout) {
  worker.signal(SIGABRT);
  const auto deadline = Deadline::in(kLastWords);
  while (const auto message = worker.receive(deadline))
    if (message->kind == Message::Kind::kStack) stack = message->bytes;
  worker.kill_group();
  (void)worker.wait(Deadline::in(timeout + kLastWords));
  return fmt::format("the closure in {} did not end in {}, and was killed{}{}", node.name,
                     time_text(timeout), behind_colon(stack),
                     other_threads(worker.other_threads()));
}

std::string Closure::State::ended(const Worker::Ended& end) const {
  const std::string report = sanitizer_report.text();
  if (end.signal)
    return killed_by(*end.signal) + (report.empty() ? "" : "\nA sanitizer had said:\n" + report);
  if (!end.mute && !report.empty())
    return fmt::format("the closure in {} was ended by a sanitizer:\n{}", node.name, report);
  if (end.mute)
    return fmt::format("the closure in {} closed the descriptor by which it answers", node.name);
  if (end.status)
    return fmt::format(
        "the closure in {} left with status {} before its end: it, or what it "
        "called, called exit(3) or _exit(2)",
        node.name, *end.status);
  return fmt::format(
      "the closure in {} ended, and its status was taken by a wait(2) of the test's{}", node.name,
      behind_colon(stack));
}

// Of one that went on, or was killed for its lateness.
void Closure::State::report_sanitizers() const {
  if (const std::string report = sanitizer_report.text(); !report.empty())
    reporter().failure(
        caller, fmt::format("a sanitizer complains of the closure in {}:\n{}", node.name, report));
}

std::string Closure::State::killed_by(int signal) const {
  return fmt::format("the closure in {} was killed by SIG{} ({}){}{}", node.name,
                     sigabbrev_np(signal), sigdescr_np(signal), behind_colon(stack),
                     other_threads(worker.other_threads()));
}

}  // namespace vethlab::internal
