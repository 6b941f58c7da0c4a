#include <vethlab/base/caller.h>

#include <fmt/format.h>

#include <string_view>

namespace vethlab {

std::string prefix_of(Caller caller) {
  std::string_view file = caller.file;
  if (file.empty()) return {};
  file.remove_prefix(file.rfind('/') + 1);  // npos + 1 is 0
  return fmt::format("{}:{}: ", file, caller.line);
}

}  // namespace vethlab
