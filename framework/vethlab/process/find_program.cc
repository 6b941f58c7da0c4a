#include <vethlab/process/find_program.h>

#include <vethlab/base/errors.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace vethlab::process {
namespace {

// What is wrong with the file; none: it can be run.
std::optional<Refusal> check(const std::string& path) {
  const std::string attempt = "exec " + path;
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return Refusal{errno, attempt, {}};
  if (S_ISDIR(file.st_mode)) return Refusal{EISDIR, attempt, {}};
  if (::access(path.c_str(), X_OK) != 0)
    return Refusal{errno, attempt, fmt::format("its mode is {:04o}", file.st_mode & 07777U)};
  return std::nullopt;
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.find('/') != name.npos) {
    if (const auto wrong = check(name)) throw Refusal(*wrong);
    return name;
  }
  const char* const set = std::getenv("PATH");
  const std::string_view path = set != nullptr ? set : "/bin:/usr/bin";
  std::optional<Refusal> found_wrong;
  for (std::string_view rest = path;;) {
    const auto end = rest.find(':');
    const std::string dir(rest.substr(0, end));
    std::string file = (dir.empty() ? "." : dir) + "/" + name;
    const auto wrong = name.empty() ? Refusal{ENOENT, "exec", {}} : check(file);
    if (!wrong) return file;
    const bool is_there = ::access(file.c_str(), F_OK) == 0;
    if (is_there && !found_wrong) found_wrong = wrong;
    if (end == rest.npos) break;
    rest.remove_prefix(end + 1);
  }
  if (found_wrong) throw Refusal(*found_wrong);
  throw Refusal{ENOENT, fmt::format("exec {}", name), fmt::format("not found in PATH ({})", path)};
}

}  // namespace vethlab::process
