// private
#pragma once

#include <sched.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace vethlab::process {

using Limits = std::array<rlimit, RLIM_NLIMITS>;

// What a program inherits from who starts it (environ(7), getcwd(3), umask(2), getrlimit(2),
// sched_getaffinity(2)): for one that another process starts in the test's stead.
struct Surroundings {
  std::vector<std::string> env = {};  // "NAME=value"
  std::string cwd = {};
  mode_t umask = 022;
  Limits limits = {};
  cpu_set_t processors = {};
  friend auto members(Surroundings& s) {  // base/encoding.h
    return std::tie(s.env, s.cwd, s.umask, s.limits, s.processors);
  }
};

Surroundings surroundings_here();

// As far as this process may, and they are there; else it is in the root. The processors are left
// to the program itself (run_program): until it runs, others wait for this process.
enum class Cwd : std::uint8_t { kNeeded, kIfThere };  // needed: else throws Refusal with ENOENT
void take_on(const Surroundings& surroundings, Cwd cwd);

}  // namespace vethlab::process
