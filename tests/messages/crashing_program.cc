// A daemon that crashes, for spawn_test.cc: crashing_program segv|abort [DIRECTORY that it changes to].
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

[[gnu::noinline]] void parse(volatile int* config) {
  *config = 1;
  if (*config != 1) std::puts("");  // so that it has a frame of its own
}

[[gnu::noinline]] void give_up(volatile int& reason) {
  reason = reason + 1;
  std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  std::puts("up");
  std::fflush(stdout);
  if (argc > 2 && ::chdir(argv[2]) != 0) return 2;
  volatile int reason = 0;
  if (argc > 1 && std::strcmp(argv[1], "abort") == 0) give_up(reason);
  parse(nullptr);
}
