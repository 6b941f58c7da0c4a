// private
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vethlab::internal {

// A function's name and place, as far as they are known.
struct Frame {
  std::string function = {};  // "reach(int)"
  std::string file = {};      // as the compiler was given it; empty: no debug information
  int line = 0;
  std::string object = {};    // "libc.so.6"
  std::uintptr_t offset = 0;  // in the object
};

// The names of this process's own code: from its debug information where vethlab was built with
// libdw (symbols_libdw.cc), else from what the dynamic linker knows (symbols_dladdr.cc).
class Symbols {
 public:
  Symbols();
  ~Symbols();
  // What is there: a function, before it those that were inlined in it. Never empty.
  [[nodiscard]] std::vector<Frame> at(const void* address) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The frame as the dynamic linker knows it.
Frame exported_symbol(const void* address);
std::string demangled(const char* name);

}  // namespace vethlab::internal
