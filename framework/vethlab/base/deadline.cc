#include <vethlab/base/deadline.h>

#include <algorithm>
#include <limits>

namespace vethlab {

int Deadline::poll_timeout() const {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(at_ - Clock::now());
  const milliseconds most(std::numeric_limits<int>::max());
  return static_cast<int>(std::clamp(left, milliseconds(0), most).count());
}

}  // namespace vethlab
