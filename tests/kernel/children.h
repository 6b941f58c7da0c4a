#pragma once

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

namespace vethlab {

// The pids of this thread's children, as /proc lists them.
inline std::string children() {
  std::ifstream file("/proc/self/task/" + std::to_string(::getpid()) + "/children");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace vethlab
