#include <vethlab/lab/sysctl_path.h>

#include <vethlab/base/errors.h>

#include <fmt/format.h>

namespace vethlab::internal {

// sysctl(8)'s rule: whichever of '.' and '/' comes first separates, and the other stands for the
// first (an interface named eth0.5).
std::string sysctl_path(std::string_view name, Caller caller) {
  std::string path(name);
  const std::size_t first = path.find_first_of("./");
  if (first != std::string::npos && path[first] == '.') {
    for (char& c : path) {
      if (c == '.') c = '/';
      else if (c == '/') c = '.';
    }
  }
  const auto refuse = [&](std::string_view why) {
    throw_bad_argument(caller, fmt::format("sysctl \"{}\": {}", name, why));
  };
  if (!path.starts_with("net/") || path.size() == 4)
    refuse("only names below \"net.\" belong to a node; all others are the machine's");
  path.erase(0, 4);
  if (("/" + path + "/").find("/../") != std::string::npos || path.find('\0') != std::string::npos)
    refuse("not a name");
  if (path.size() > 200) refuse("the name is too long");
  return path;
}

}  // namespace vethlab::internal
