#include <vethlab/process/core_file.h>

#include <cstddef>
#include <fstream>

namespace vethlab::process {
namespace {

// A sysctl's text, without the end of its line.
std::string setting(const char* path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  return text;
}

}  // namespace

std::optional<std::string> core_file(std::string_view pattern, bool uses_pid, pid_t pid) {
  if (pattern.empty() || pattern.front() == '|' || pattern.front() == '@') return std::nullopt;
  std::string path;
  bool has_pid = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      path += pattern[i];
      continue;
    }
    const char what = ++i < pattern.size() ? pattern[i] : '\0';
    if (what == '%') path += '%';
    else if (what == 'p') path += std::to_string(pid);
    else return std::nullopt;
    has_pid = has_pid || what == 'p';
  }
  if (uses_pid && !has_pid) path += "." + std::to_string(pid);
  return path;
}

std::optional<std::string> core_file(pid_t pid) {
  return core_file(setting("/proc/sys/kernel/core_pattern"),
                   setting("/proc/sys/kernel/core_uses_pid") != "0", pid);
}

}  // namespace vethlab::process
