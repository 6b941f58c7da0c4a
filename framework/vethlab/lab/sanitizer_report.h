// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <string>

namespace vethlab::internal {

// What the sanitizers that the test was built with (AddressSanitizer, UndefinedBehaviorSanitizer …)
// report in a worker. Without a sanitizer it is nothing, and costs nothing.
class SanitizerReport {
 public:
  SanitizerReport();  // in the test, before the fork

  // In the worker: they write here from now on, not to stderr. A fork of the worker has stderr
  // again: it may live longer than somebody reads this.
  void take_here() const;

  // In the test: the lines so far, each indented by two columns; empty when there are none.
  [[nodiscard]] std::string text() const;

 private:
  UniqueFd file_;  // a memfd
};

}  // namespace vethlab::internal
