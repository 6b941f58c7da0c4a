#pragma once

#include <chrono>

namespace vethlab {

// A moment on the steady clock that travels down the call chain.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Deadline(Clock::time_point at) : at_(at) {}
  static Deadline in(std::chrono::nanoseconds time) { return Deadline(Clock::now() + time); }

  [[nodiscard]] Clock::time_point at() const { return at_; }
  [[nodiscard]] bool over() const { return Clock::now() >= at_; }

  // For poll(2) and epoll_wait(2): milliseconds left, rounded up so that nothing wakes early and
  // spins; 0 when it is over.
  [[nodiscard]] int poll_timeout() const;

 private:
  Clock::time_point at_;
};

}  // namespace vethlab
