#include <vethlab/lab/check_program.h>

#include <vethlab/base/errors.h>

#include <string>

#include <fmt/format.h>

namespace vethlab::internal {

void check_program(std::string_view verb, const Argv& argv, const Env& env, Caller caller) {
  if (argv.empty() || argv.front().empty())
    throw_bad_argument(caller, fmt::format("{}: there is no program to run", verb));
  for (const std::string& each : argv)
    if (each.find('\0') != each.npos)
      throw_bad_argument(caller, fmt::format("{}: an argument contains a zero byte", verb));
  for (const auto& [name, value] : env)
    if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != name.npos ||
        value.find('\0') != value.npos)
      throw_bad_argument(caller, fmt::format("{}: \"{}\" cannot be in env", verb, name));
}

}  // namespace vethlab::internal
