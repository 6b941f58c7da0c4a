#include <vethlab/lab/live_output.h>

#include <stdio_ext.h>

#include <array>
#include <cstdio>
#include <iostream>

namespace vethlab::internal {

[[gnu::hot]] void write_by_line() {
  if (::__fbufsize(stdout) == 1) return;
  // With a buffer of its own: without one glibc keeps the old one, and in that putc('\n') waits.
  static std::array<char, BUFSIZ> buffer;
  (void)std::setvbuf(stdout, buffer.data(), _IOLBF, buffer.size());
}

void flush_output() {
  (void)std::fflush(stdout);
  std::cout.flush();
  std::clog.flush();
}

}  // namespace vethlab::internal
