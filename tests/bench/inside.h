#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/vethlab.h>

#include <chrono>

namespace vethlab::bench {

// What it takes to do something inside a node that is there, ours beside the least it could be.
class Inside {
 public:
  using Seconds = std::chrono::duration<double>;

  Inside();

  void our_run() const;           // a closure that does nothing
  void bare_fork() const;         // fork, setns into user and network namespace, exit, wait
  void our_exec() const;          // true(1)
  Seconds ip_netns_exec() const;  // the same by `ip netns exec`, from a shell, by the shell's clock
  Seconds our_spawn() const;      // ready_program.cc, until its line has been read
  Seconds bare_spawn() const;  // fork, setns into user and network namespace, exec: until the same
  void our_socket() const;     // born in the node, and closed
  void bare_socket() const;    // of this process's own namespace, and closed

 private:
  void enter() const;  // in a fork, which ends where it is refused

  Lab lab_;
  Node& node_ = lab_.add_node("a");
  UniqueFd user_namespace_;
};

}  // namespace vethlab::bench
