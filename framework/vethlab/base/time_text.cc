#include <vethlab/base/time_text.h>

#include <fmt/format.h>

namespace vethlab {

std::string time_text(std::chrono::milliseconds time) {
  using namespace std::chrono_literals;
  return time % 1s == 0ms ? fmt::format("{} s", time / 1s) : fmt::format("{} ms", time.count());
}

}  // namespace vethlab
