// private
#pragma once

#include <vethlab/netns/worker.h>
#include <vethlab/process/program.h>
#include <vethlab/process/surroundings.h>

#include <memory>
#include <string>
#include <tuple>

namespace vethlab::internal {

struct NodeState;

// What a worker is told that is to run a program …
struct Order {
  Argv argv = {};
  ExecOptions options = {};
  process::Surroundings surroundings = {};
  int processor = -1;  // who waits is there (netns/one_processor.h)
  friend auto members(Order& o) { return std::tie(o.argv, o.options, o.surroundings, o.processor); }
};

// … and what it says of it.
struct Outcome {
  int error = 0;  // errno, where it could not be started; then attempt and detail
  std::string attempt = {};
  std::string detail = {};
  ProgramResult result = {};
  bool stays = false;  // the worker, for the next program
  friend auto members(Outcome& o) {
    return std::tie(o.error, o.attempt, o.detail, o.result, o.stays);
  }
};

// A worker whose program has ended and left nothing behind, so that it can run another: all that
// there is then below it came from that one.
struct KeptWorker {
  std::unique_ptr<netns::Worker> worker = {};
  process::Limits limits = {};  // it could not get back what a lower hard limit had taken from it
};

// Runs the program in the node, in a worker that is a fork of the zygote: what it costs does not
// depend on the test's memory. Throws Refusal, Unsupported, WorkerFailed.
Outcome run_order(NodeState& node, Order order);

// In that worker: this one, and those that come after.
void obey_orders(netns::Worker& worker, netns::Message first);

}  // namespace vethlab::internal
