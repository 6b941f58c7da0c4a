#include <vethlab/lab/run_order.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/zygote.h>
#include <vethlab/netns/one_processor.h>
#include <vethlab/process/run_program.h>

#include <chrono>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

using netns::Message;
using netns::Worker;
using namespace std::chrono_literals;

// Beyond the program's own time: to kill what it has started.
constexpr auto kGrace = 5s;

std::string how_it_ended(const std::optional<Worker::Ended>& end, std::chrono::milliseconds time) {
  if (!end) return fmt::format("did not answer in {} ms", time.count());
  if (end->signal) return fmt::format("was killed by SIG{}", sigabbrev_np(*end->signal));
  if (end->status) return fmt::format("left with status {}", *end->status);
  return "is gone";
}

Outcome outcome_of(const Order& order) {
  try {
    const bool own_cwd = order.options.cwd.starts_with('/');
    process::take_on(order.surroundings, own_cwd ? process::Cwd::kIfThere : process::Cwd::kNeeded);
    return {.result =
                process::run_program(order.argv, order.options, order.surroundings.processors)};
  } catch (const Refusal& refusal) {
    return {.error = refusal.error, .attempt = refusal.attempt, .detail = refusal.detail};
  }
}

}  // namespace

Outcome run_order(NodeState& node, Order order) {
  const std::string program = order.argv.front();
  const auto time = order.options.timeout + kGrace;
  const netns::OneProcessor until_it_has_ended;
  Worker worker(zygote(), node.place(), netns::encoded(Message::Kind::kOrder, std::move(order)));
  node.lab.note_world();

  const auto deadline = Deadline::in(time);
  std::optional<Outcome> outcome;
  std::string threw;
  while (auto message = worker.receive(deadline)) {
    if (message->kind == Message::Kind::kValue)
      outcome = netns::decoded<Outcome>(std::move(*message));
    if (message->kind == Message::Kind::kThrew) threw = std::move(message->bytes);
  }
  // By itself: killed, it would take along what the program has left running in its group.
  const auto end = worker.wait(deadline);
  if (outcome) return std::move(*outcome);
  if (threw.empty()) threw = how_it_ended(end, time);
  throw WorkerFailed(
      fmt::format("the worker that was to run {} in {} {}", program, node.name, threw));
}

void obey_order(Worker& worker, Message order) {
  try {
    worker.send(
        netns::encoded(Message::Kind::kValue, outcome_of(netns::decoded<Order>(std::move(order)))));
  } catch (const std::exception& exception) {
    worker.send(Message::Kind::kThrew, fmt::format("threw: {}", exception.what()));
  }
}

}  // namespace vethlab::internal
