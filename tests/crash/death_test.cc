// Closures in GoogleTest's own death tests, whose forks use the labs of the test or make their own.
#include <vethlab/fixtures/pair.h>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

using namespace testing;
using namespace vethlab;

namespace {

struct DeathTest : TestWithParam<const char*> {
  DeathTest() { GTEST_FLAG_SET(death_test_style, GetParam()); }
};

void start_and_leave(PairNet& net) {
  net.a.start([] {
    for (;;) ::pause();
  });
}

[[noreturn]] void die_with_a_lab_of_its_own(int signal) {
  PairNet net;
  start_and_leave(net);
  if (signal != 0) ::raise(signal);
  ::_exit(7);
}

// The job has copies of its descriptors, by which GoogleTest sees its end; but ends with it.
TEST_P(DeathTest, MayStartAClosureInALabOfItsOwn) {
  EXPECT_EXIT(die_with_a_lab_of_its_own(0), ExitedWithCode(7), "");
  EXPECT_EXIT(die_with_a_lab_of_its_own(SIGKILL), KilledBySignal(SIGKILL), "");
}

TEST_P(DeathTest, MayRunClosuresAndProgramsInTheTestsLab) {
  PairNet net;
  EXPECT_EXIT(
      {
        net.a.shell("true");
        ::_exit(net.a.run([] { return 7; }));
      },
      ExitedWithCode(7), "");
}

INSTANTIATE_TEST_SUITE_P(Style, DeathTest, Values("fast", "threadsafe"),
                         [](const auto& of) { return std::string(of.param); });

// In a process of the other style the lab is its own, as all of the test is.
TEST(FastDeathTest, CannotStartAClosureInTheTestsLab) {
  GTEST_FLAG_SET(death_test_style, "fast");
  PairNet net;
  EXPECT_EXIT(
      {
        try {
          start_and_leave(net);
        } catch (const std::logic_error& error) {
          (void)!::write(STDERR_FILENO, error.what(), std::string(error.what()).size());
          ::_exit(3);
        }
      },
      ExitedWithCode(3),
      "^death_test.cc:[0-9]+: start: this process is a fork of the one that made the lab \\(a "
      "death "
      "test's\\?\\), and would leave the closure in a running when it ends: make the lab in the "
      "fork$");
}

TEST(ThreadsafeDeathTest, MayStartAClosureInTheTestsLab) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  PairNet net;
  EXPECT_EXIT(
      {
        start_and_leave(net);
        ::_exit(7);
      },
      ExitedWithCode(7), "");
}

}  // namespace
