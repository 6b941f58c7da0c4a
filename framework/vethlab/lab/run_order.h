// private
#pragma once

#include <vethlab/netns/worker.h>
#include <vethlab/process/program.h>
#include <vethlab/process/surroundings.h>

#include <string>
#include <tuple>

namespace vethlab::internal {

struct NodeState;

// What a worker is told that is to run a program …
struct Order {
  Argv argv = {};
  ExecOptions options = {};
  process::Surroundings surroundings = {};
  friend auto members(Order& o) { return std::tie(o.argv, o.options, o.surroundings); }
};

// … and what it says of it.
struct Outcome {
  int error = 0;  // errno, where it could not be started; then attempt and detail
  std::string attempt = {};
  std::string detail = {};
  ProgramResult result = {};
  friend auto members(Outcome& o) { return std::tie(o.error, o.attempt, o.detail, o.result); }
};

// Runs the program in the node, in a worker that is a fork of the zygote: what it costs does not
// depend on the test's memory. Throws Refusal, Unsupported, WorkerFailed.
Outcome run_order(NodeState& node, Order order);

// In that worker.
void obey_order(netns::Worker& worker, netns::Message order);

}  // namespace vethlab::internal
