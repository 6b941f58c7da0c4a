#include <vethlab/base/default_time.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

namespace vethlab {
namespace {

int factor() {
  const char* const set = std::getenv("VETHLAB_TIMEOUT_FACTOR");
  const std::string_view text = set == nullptr ? "" : set;
  if (text.empty()) return 1;
  int value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  if (error != std::errc{} || end != text.end() || value < 1 || value > 1000)
    throw std::invalid_argument(
        fmt::format("VETHLAB_TIMEOUT_FACTOR \"{}\" is not 1 to 1000", text));
  return value;
}

}  // namespace

std::chrono::milliseconds default_time(int seconds) {
  return std::chrono::seconds(seconds) * factor();
}

}  // namespace vethlab
