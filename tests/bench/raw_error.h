#pragma once

#include <cerrno>
#include <system_error>

namespace vethlab::bench {

// What a system call returned, unless it failed: then std::system_error with the attempt and errno.
template <class Result>
Result check(Result result, const char* attempt) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), attempt);
  return result;
}

}  // namespace vethlab::bench
