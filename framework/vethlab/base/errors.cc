#include <vethlab/base/errors.h>

#include <fmt/format.h>

#include <cstring>
#include <system_error>

namespace vethlab {

void throw_bad_argument(Caller caller, std::string_view what) {
  throw std::invalid_argument(prefix_of(caller) + std::string(what));
}

void throw_errno(Caller caller, int error, std::string_view attempt, std::string_view detail) {
  throw std::system_error(
      error, std::generic_category(),
      fmt::format("{}{}{}{}", prefix_of(caller), attempt, detail.empty() ? "" : ": ", detail));
}

std::string errno_name(int error) {
  const char* name = ::strerrorname_np(error);
  return name != nullptr ? name : fmt::format("errno {}", error);
}

std::string errno_text(int error) {
  const char* text = ::strerrordesc_np(error);
  return text != nullptr ? text : fmt::format("Unknown error {}", error);
}

}  // namespace vethlab
