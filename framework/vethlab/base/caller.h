#pragma once

#include <string>

namespace vethlab {

// The line of the test that called a verb: every error starts with it.
// (A default argument `Caller caller = Caller::here()` is evaluated where the verb is called.)
struct Caller {
  const char* file = "";
  int line = 0;
  static constexpr Caller here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

// "reach_test.cc:31: ", or nothing for a caller without a file. The file's name only: directories
// are the build's, not the reader's.
std::string prefix_of(Caller caller);

}  // namespace vethlab
