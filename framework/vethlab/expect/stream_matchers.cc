#include <vethlab/expect/stream_matchers.h>

#include <fmt/format.h>

namespace vethlab::internal {

void say_time(std::ostream& os, std::chrono::microseconds time) {
  os << fmt::format("{:g} ms", static_cast<double>(time.count()) / 1000.0);
}

}  // namespace vethlab::internal
