#pragma once

#include <sys/types.h>
#include <vethlab/base/unique_fd.h>

#include <chrono>

namespace vethlab::bench {

// A child process that does the raw work and times it, so that the benchmark itself never enters a
// namespace. Each verb throws std::runtime_error with the child's error.
class FloorProcess {
 public:
  using Seconds = std::chrono::duration<double>;

  FloorProcess();  // forks: before anything has started a thread
  FloorProcess(const FloorProcess&) = delete;
  FloorProcess& operator=(const FloorProcess&) = delete;
  ~FloorProcess();

  Seconds story() const;
  void open_mesh() const;
  Seconds ping_mesh() const;
  void close_mesh() const;
  void settle() const;  // wait_until_the_dead_are_gone

 private:
  UniqueFd child_socket_;
  pid_t child_ = -1;
};

}  // namespace vethlab::bench
