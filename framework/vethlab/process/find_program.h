// private
#pragma once

#include <string>

namespace vethlab::process {

// The file that execvp(3) would run for this name. Throws Refusal, saying where it was looked for
// and what is wrong with what was found.
std::string find_program(const std::string& name);

// Why the kernel refuses to run a file that is there; empty: that is not known.
std::string why_not_run(const std::string& path, int error);

}  // namespace vethlab::process
