#include <vethlab/process/surroundings.h>

#include <vethlab/base/errors.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <system_error>

#include <fmt/format.h>

namespace vethlab::process {
namespace {

// umask(2) would have to change it, and other threads may be making files.
mode_t umask_here() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("Umask:"))
      return static_cast<mode_t>(std::strtoul(line.c_str() + sizeof "Umask:", nullptr, 8));
  return 022;
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
  ::clearenv();
  for (const std::string& variable : surroundings.env) {
    const std::size_t sign = variable.find('=');
    if (sign != std::string::npos && sign != 0)
      ::setenv(variable.substr(0, sign).c_str(), variable.c_str() + sign + 1, 1);
  }
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
