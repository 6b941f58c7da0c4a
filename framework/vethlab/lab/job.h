#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/default_time.h>
#include <vethlab/lab/closure.h>
#include <vethlab/lab/ready_when.h>

#include <chrono>
#include <memory>

namespace vethlab {

struct StartOptions {
  Ready ready = {};
  std::chrono::milliseconds timeout = default_time(10);  // for ready
};

// A closure that keeps running in its own process (Node::start). The Lab owns it, and ends it.
class Job {
 public:
  explicit Job(std::unique_ptr<internal::Closure> closure);  // for Node
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job();

  void end(std::chrono::milliseconds grace);  // for Lab

  // Waits for its end, and reports here what it had to report, as Node::run does. Once: a second
  // join does nothing. A job that is never joined is ended with the lab, by SIGTERM: what it has
  // reported is reported then, and that it has not ended in LabOptions::grace, and was killed.
  void join(std::chrono::milliseconds timeout = default_time(10), Caller caller = Caller::here());

 private:
  std::unique_ptr<internal::Closure> closure_;
};

}  // namespace vethlab
