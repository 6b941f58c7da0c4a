#include <vethlab/lab/run_order.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/zygote.h>
#include <vethlab/netns/one_processor.h>
#include <vethlab/process/descendants.h>
#include <vethlab/process/run_program.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <memory>
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
    netns::stay_on(0, order.processor);
    const bool own_cwd = order.options.cwd.starts_with('/');
    process::take_on(order.surroundings, own_cwd ? process::Cwd::kIfThere : process::Cwd::kNeeded);
    Outcome outcome{
        .result = process::run_program(order.argv, order.options, order.surroundings.processors)};
    outcome.stays = order.options.user.empty() && !outcome.result.late && process::nothing_left();
    return outcome;
  } catch (const Refusal& refusal) {
    return {.error = refusal.error, .attempt = refusal.attempt, .detail = refusal.detail};
  }
}

// Says that it begins, and what became of it; whether another can come.
bool obey(Worker& worker, Message order) {
  worker.send(Message::Kind::kStarted, {});
  try {
    Outcome outcome = outcome_of(netns::decoded<Order>(std::move(order)));
    const bool stays = outcome.stays;
    worker.send(netns::encoded(Message::Kind::kValue, std::move(outcome)));
    return stays;
  } catch (const std::exception& exception) {
    worker.send(Message::Kind::kThrew, fmt::format("threw: {}", exception.what()));
    return false;
  }
}

bool same(const process::Limits& some, const process::Limits& others) {
  return std::ranges::equal(some, others, [](const rlimit& one, const rlimit& other) {
    return one.rlim_cur == other.rlim_cur && one.rlim_max == other.rlim_max;
  });
}

// The one that ran the last program, if it is there and can run this one.
std::unique_ptr<Worker> kept_worker(NodeState& node, const netns::Place& place,
                                    const process::Limits& limits) {
  KeptWorker kept = std::exchange(node.kept_worker, {});
  const bool fits = kept.worker && node.lab.keeper.is_mine() && place.world.is_complete() &&
                    same(kept.limits, limits) && !kept.worker->has_ended(Deadline::in(0ms));
  return fits ? std::move(kept.worker) : nullptr;
}

// What a worker says of an order.
struct Said {
  bool started = false;
  std::optional<Outcome> outcome = {};
  std::string threw = {};
};
Said hear(Worker& worker, Deadline deadline) {
  Said all;
  while (auto said = worker.receive(deadline)) {
    if (said->kind == Message::Kind::kStarted) all.started = true;
    if (said->kind == Message::Kind::kValue)
      all.outcome = netns::decoded<Outcome>(std::move(*said));
    if (said->kind == Message::Kind::kThrew) all.threw = std::move(said->bytes);
    if (all.outcome && all.outcome->stays) break;
  }
  return all;
}

}  // namespace

Outcome run_order(NodeState& node, Order order) {
  const std::string program = order.argv.front();
  const process::Limits limits = order.surroundings.limits;
  const auto time = order.options.timeout + kGrace;
  const netns::OneProcessor until_it_has_ended;
  order.processor = netns::processor_here();
  netns::Place place = node.place();  // makes the node's world, which copies private directories
  const auto deadline = Deadline::in(time);
  auto worker = kept_worker(node, place, limits);
  const Message message = netns::encoded(Message::Kind::kOrder, std::move(order));
  Said said;
  if (worker) {
    worker->send(message);
    said = hear(*worker, deadline);
    // What another node's program has killed may end only now.
    if (!said.started && worker->wait(deadline)) worker = nullptr;
  }
  if (!worker) {
    worker = std::make_unique<Worker>(zygote(), std::move(place), message);
    node.lab.note_world();
    said = hear(*worker, deadline);
  }

  if (said.outcome && said.outcome->stays) {
    // A fork of the test may end without a word; who is nobody's child then holds up the lab's end.
    if (node.lab.keeper.is_mine()) node.kept_worker = {std::move(worker), limits};
    return std::move(*said.outcome);
  }
  // By itself: killed, it would take along what the program has left running in its group.
  const auto end = worker->wait(deadline);
  if (said.outcome) return std::move(*said.outcome);
  if (said.threw.empty()) said.threw = how_it_ended(end, time);
  throw WorkerFailed(
      fmt::format("the worker that was to run {} in {} {}", program, node.name, said.threw));
}

void obey_orders(Worker& worker, Message first) {
  process::prepare_to_run_programs();
  const auto forever = Deadline(Deadline::Clock::time_point::max());
  auto order = std::optional(std::move(first));
  while (order && obey(worker, std::move(*order))) order = worker.receive(forever);
}

}  // namespace vethlab::internal
