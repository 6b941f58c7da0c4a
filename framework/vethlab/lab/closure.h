#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/encoding.h>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace vethlab {

class Node;

struct RunOptions {
  std::chrono::milliseconds timeout{10000};
};

namespace internal {

// One run of the user's code in a fork of the test (Node::run): made in the test, it is there twice
// afterwards, and inside() says where one is.
class Closure {
 public:
  Closure(const Node& node, RunOptions options, Caller caller);
  ~Closure();

  [[nodiscard]] bool inside() const;

  // Inside: calls `body`, sends what it put and what it reported, and ends the fork.
  [[noreturn]] void perform(const std::function<void(Encoder&)>& body);

  // In the test: reports what was reported inside, and brings back what was put. However else it
  // ended is a failure of the test, which ends it.
  Encoded answer();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace internal
}  // namespace vethlab
