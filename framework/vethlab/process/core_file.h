// private
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace vethlab::process {

// Where the kernel writes the core of a process: core(5). Absolute, or relative to the directory that
// the process is in. None where it goes to a program or a socket of the machine's, or where the name
// has what only the kernel knows.
std::optional<std::string> core_file(std::string_view pattern, bool uses_pid, pid_t pid);
std::optional<std::string> core_file(pid_t pid);  // by this machine's settings

}  // namespace vethlab::process
