// private
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <string>
#include <tuple>
#include <vector>

namespace vethlab::process {

// What a program inherits from who starts it (environ(7), getcwd(3), umask(2), getrlimit(2)): for
// one that another process starts in the test's stead.
struct Surroundings {
  std::vector<std::string> env = {};  // "NAME=value"
  std::string cwd = {};
  mode_t umask = 022;
  std::array<rlimit, RLIM_NLIMITS> limits = {};
  friend auto members(Surroundings& s) {  // base/encoding.h
    return std::tie(s.env, s.cwd, s.umask, s.limits);
  }
};

Surroundings surroundings_here();

// As far as this process may, and they are there.
void take_on(const Surroundings& surroundings);

}  // namespace vethlab::process
