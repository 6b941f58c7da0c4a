// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <chrono>
#include <string>
#include <utility>

namespace vethlab::netns {

// The first process of a lab's pid namespace, as the lab's owner sees it.
class Init {
 public:
  Init() = default;
  Init(UniqueFd process, UniqueFd control)
      : process_(std::move(process)), control_(std::move(control)) {}

  explicit operator bool() const { return static_cast<bool>(process_); }
  [[nodiscard]] int pidfd() const { return process_.get(); }

  // SIGTERM to all that run in the lab. What is still there after `grace` is killed, and told of:
  // "2 processes of the lab did not end at SIGTERM in 2 s, and were killed: 12 sleep, 13 sh".
  // Empty where all have ended. Without grace, all are killed at once.
  std::string end_all(std::chrono::milliseconds grace);

  void kill();  // SIGKILL, to all with it
  void wait()
      const;  // for the end of all; not for ever, where nobody reaps what is no child of ours

 private:
  UniqueFd process_;  // its pidfd
  UniqueFd control_;
};

}  // namespace vethlab::netns
