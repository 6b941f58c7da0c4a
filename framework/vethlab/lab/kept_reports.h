// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/lab/closure.h>

#include <sys/types.h>

#include <functional>
#include <string_view>

namespace vethlab::internal {

// What a closure reports that is heard later: in a file, which has room where a socket would have it
// wait until somebody listens, and which stays when it is killed.
class KeptReports {
 public:
  explicit KeptReports(Heard heard);  // in the test, before the fork

  // In the worker. False where nothing is kept: what is heard at once, or what found no room.
  [[nodiscard]] bool add(std::string_view report) const;

  // In the test: each that it has not had yet.
  void take(const std::function<void(std::string_view)>& each);

 private:
  UniqueFd file_;  // a memfd: the sizes and the reports
  off_t taken_ = 0;
};

}  // namespace vethlab::internal
