#pragma once

#include <sys/types.h>
#include <vethlab/base/unique_fd.h>

#include <chrono>

namespace vethlab::bench {

// A shell that tells the story with iproute2, each time it is asked to: iproute2_story.sh.
class Iproute2Shell {
 public:
  using Seconds = std::chrono::duration<double>;

  Iproute2Shell();  // forks: before anything has started a thread
  Iproute2Shell(const Iproute2Shell&) = delete;
  Iproute2Shell& operator=(const Iproute2Shell&) = delete;
  ~Iproute2Shell();

  // How long it took, by the shell's own clock. Throws std::runtime_error if it failed; why is on
  // stderr.
  Seconds story() const;

 private:
  UniqueFd shell_socket_;
  pid_t shell_ = -1;
};

}  // namespace vethlab::bench
