#include <vethlab/process/surroundings.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/unique_fd.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace vethlab::process {
namespace {

// umask(2) would have to change it, and other threads may be making files.
mode_t umask_here() {
  constexpr std::string_view kName = "Umask:\t";
  const UniqueFd file(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  std::array<char, 256> status{};  // it is among its first lines
  const ssize_t got = ::read(file.get(), status.data(), status.size() - 1);
  const std::string_view text(status.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t at = text.find(kName);
  if (at == text.npos) return 022;
  return static_cast<mode_t>(std::strtoul(text.data() + at + kName.size(), nullptr, 8));
}

// All at once: setenv(3) would look each up among those before it.
void set_environment(const std::vector<std::string>& env) {
  static std::vector<std::string> variables;  // environ(7) points there
  static std::vector<char*> pointers;
  ::clearenv();
  variables = env;
  pointers.clear();
  for (std::string& variable : variables)
    if (variable.find('=', 1) != std::string::npos) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  environ = pointers.data();
}

}  // namespace

Surroundings surroundings_here() {
  Surroundings here;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    here.env.emplace_back(*variable);
  std::error_code none;
  here.cwd = std::filesystem::current_path(none);
  here.umask = umask_here();
  for (std::size_t i = 0; i < here.limits.size(); ++i)
    ::getrlimit(static_cast<__rlimit_resource_t>(i), &here.limits[i]);
  ::sched_getaffinity(0, sizeof here.processors, &here.processors);
  return here;
}

void take_on(const Surroundings& surroundings, Cwd cwd) {
  set_environment(surroundings.env);
  std::error_code error;
  (void)::chdir("/");  // where the last program was is not where this one is
  if (surroundings.cwd.empty()) error = std::make_error_code(std::errc::no_such_file_or_directory);
  else std::filesystem::current_path(surroundings.cwd, error);
  if (cwd == Cwd::kNeeded && error == std::errc::no_such_file_or_directory)
    throw Refusal{ENOENT,
                  fmt::format("change directory to {}",
                              surroundings.cwd.empty() ? "one that was deleted" : surroundings.cwd),
                  "the test's own, which is not there in the lab"};
  ::umask(surroundings.umask);
  for (std::size_t i = 0; i < surroundings.limits.size(); ++i)
    ::setrlimit(static_cast<__rlimit_resource_t>(i), &surroundings.limits[i]);
}

}  // namespace vethlab::process
