// private
#pragma once

#include <vethlab/lab/asking.h>
#include <vethlab/lab/lab_state.h>

#include <utility>
#include <vector>

namespace vethlab::internal {

// While it lives, who asks these labs on this thread is not their test: no step is noted, no daemon's end
// told, and who waits for an answer hears nothing.
class Aside {
 public:
  explicit Aside(std::vector<LabState*> labs)
      : labs_(std::move(labs)), asking_(std::exchange(asking, nullptr)) {
    for (LabState* const lab : labs_) lab->asked_aside = true;
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  ~Aside() {
    for (LabState* const lab : labs_) lab->asked_aside = false;
    asking = asking_;
  }

 private:
  std::vector<LabState*> labs_;
  Asking* asking_;
};

}  // namespace vethlab::internal
