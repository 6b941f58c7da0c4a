// How a lab ends on a machine that is not as usual, and in processes that end in unusual ways.
#include "in_fork.h"

#include <vethlab/fixtures/pair.h>

#include <sys/mount.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// As in a container that hides a part of /proc: the kernel gives no new one there.
TEST(LabEnd, CannotNameWhoRefusedWhereProcIsTheMachines) {
  const std::string output = output_of([] {
    set_reporter(nullptr);
    enter_limited("/proc/sys/user/max_user_namespaces", "9", CLONE_NEWNS);
    if (::mount("/dev/null", "/proc/cmdline", nullptr, MS_BIND, nullptr) != 0)
      throw std::runtime_error("mount");
    Lab lab({.grace = 30ms});
    lab.add_node("a").shell("trap '' TERM; sleep 1000 >/dev/null 2>&1 &");
  });
  EXPECT_THAT(output, MatchesRegex("end_test.cc:[0-9]+: a process of the lab did not end at "
                                   "SIGTERM in 30 ms, and was killed\nstatus 0\n"));
}

}  // namespace
