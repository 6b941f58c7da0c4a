#include <vethlab/process/find_program.h>

#include <vethlab/base/errors.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
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

// execve(2): a script's interpreter, or a program's loader, is looked for as well.
std::string why_not_run(const std::string& path, int error) {
  if (error != ENOENT && error != EACCES) return {};
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  constexpr std::string_view kBlank = " \t\r";
  std::string_view rest = line;
  if (!rest.starts_with("#!"))
    return error == ENOENT ? "the loader that it names is not there" : "";
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlank, 2), rest.size()));
  // A line of another system's ends by a carriage return, which the kernel takes for a part of it.
  const auto interpreter = rest.substr(0, rest.find_first_of(" \t"));
  if (interpreter.ends_with('\r'))
    return fmt::format("its interpreter is \"{}\\r\": the file has lines of another system's",
                       interpreter.substr(0, interpreter.size() - 1));
  return fmt::format("its interpreter is {}", interpreter);
}

}  // namespace vethlab::process
