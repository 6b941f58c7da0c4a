#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/default_time.h>
#include <vethlab/base/encoding.h>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace vethlab {

class Node;

struct RunOptions {
  std::chrono::milliseconds timeout = default_time(10);
};

namespace internal {

// When what is reported inside is heard: by a test that is waiting for the end, or by nobody until
// somebody asks.
enum class Heard { kAtOnce, kLater };

// One run of the user's code in a fork of the test (Node::run): made in the test, it is there twice
// afterwards, and inside() says where one is.
class Closure {
 public:
  Closure(const Node& node, Caller caller, Heard heard = Heard::kAtOnce);
  ~Closure();

  [[nodiscard]] bool inside() const;

  // Inside: calls `body`, sends what it put and what it reported, and ends the fork. What is heard
  // at once is so before the code goes on: its output stays in order with its assertions. What is
  // heard later is kept meanwhile, however much it is: the code never waits for a listener.
  [[noreturn]] void perform(const std::function<void(Encoder&)>& body);

  // In the test: waits for its end, reports what was reported inside, and brings back what was put.
  // However else it ended is a failure of the test at the caller's line, which ends the test.
  Encoded answer(std::chrono::milliseconds timeout, Caller caller);

  // In the test, of one that may go on: whether it ends within that time; reports what has come.
  bool has_ended(std::chrono::milliseconds within);
  void report_what_came();
  // … and ends it, for nobody will wait for its answer: SIGTERM to its process group. How it ended
  // is reported, unless it was by that; so is it if it has not, `grace` later. Then (and at once
  // without grace) the destructor kills it.
  void end(std::chrono::milliseconds grace);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace internal
}  // namespace vethlab
