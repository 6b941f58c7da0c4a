// private
#pragma once

#include <vethlab/process/program.h>

#include <vector>

namespace vethlab::process {

// For execve(2). Boost's own list would be of no argument that is empty: it takes its first character.
inline std::vector<char*> pointers_to(const Argv& argv) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (const std::string& each : argv) pointers.push_back(const_cast<char*>(each.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace vethlab::process
