// What a test leaves behind fails it, and is named: leaks_program.cc's tests, each run alone.
#include "in_fork.h"

#include <cstdlib>

#include <functional>

using namespace testing;
using namespace vethlab;

namespace {

// With `enter`: first, in a fork.
std::string run_leaky(
    const std::string& test, const std::function<void()>& enter = [] {}) {
  return output_of([&] {
    enter();
    const std::string filter = "--gtest_filter=" + test;
    // LeakSanitizer, where there is one, would start a thread in the namespace that a test has left.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    ::execl(VETHLAB_LEAKS_PROGRAM, "leaks_program", filter.c_str(), "--gtest_color=no", nullptr);
    throw std::runtime_error("exec");
  });
}

auto FailsSaying(const char* what) {
  return AllOf(ContainsRegex(std::string("leaks_program.cc:[0-9]+: Failure\nFailed\nThe test left "
                                         "behind:\n  ") +
                             what + "\n"),
               EndsWith("status 1\n"));
}

TEST(Leaks, OfNoneIsNoFailure) {
  EXPECT_THAT(run_leaky("Leaks.Nothing"), EndsWith("status 0\n"));
  EXPECT_THAT(run_leaky("WithLabOfTheSuite.*"), EndsWith("status 0\n"));
}

TEST(Leaks, OfADescriptorNameIt) {
  EXPECT_THAT(run_leaky("Leaks.ADescriptor"), FailsSaying("descriptor [0-9]+: /dev/null"));
  EXPECT_THAT(run_leaky("Leaks.ASocketOfANode"),
              FailsSaying("descriptor [0-9]+: socket:\\[[0-9]+\\]"));
}

// The first test that uses it would have left it.
TEST(Leaks, OfADescriptorForTheProcessLifeAreNoneWhereItIsOpenedBefore) {
  EXPECT_THAT(run_leaky("Leaks.ADescriptorOfTheProcess"),
              FailsSaying("descriptor [0-9]+: /dev/null"));
  EXPECT_THAT(run_leaky("Leaks.ADescriptorOfTheProcess", [] { ::setenv("OPEN_BEFORE", "1", 1); }),
              EndsWith("status 0\n"));
  EXPECT_THAT(run_leaky("WithAFileOfTheSuite.*"), EndsWith("status 0\n"));
}

TEST(Leaks, OfANamespaceNameItAndWhoHoldsIt) {
  EXPECT_THAT(run_leaky("Leaks.ANamespace"),
              FailsSaying("network namespace [0-9]+ held by descriptor [0-9]+"));
}

TEST(Leaks, OfAChildSaySo) {
  EXPECT_THAT(run_leaky("Leaks.AChild"), FailsSaying("a child process, not waited for"));
}

TEST(Leaks, OfTheTestsOwnPlaceSayWhereItIs) {
  EXPECT_THAT(
      run_leaky("Leaks.ItsPlace"),
      FailsSaying("the test process itself is in net:\\[[0-9]+\\], and was in "
                  "net:\\[[0-9]+\\]\n  the test process itself is in user:\\[[0-9]+\\], and "
                  "was in user:\\[[0-9]+\\]"));
}

// Mounts of its own: the machine's stay as they are.
void enter_mounts() { enter_limited("/proc/sys/user/max_user_namespaces", "9", CLONE_NEWNS); }

TEST(Leaks, OfAMountNameItWhereTheTestMayMount) {
  EXPECT_THAT(run_leaky("Leaks.AMount", enter_mounts),
              FailsSaying("a mount of tmpfs at /tmp \\(unless another program made it "
                          "meanwhile\\)"));
  EXPECT_THAT(run_leaky("Leaks.AMountUndone", enter_mounts), EndsWith("status 0\n"));
}

TEST(Leaks, OfOtherPlacesSayWhereItIs) {
  EXPECT_THAT(run_leaky("Leaks.OtherPlaces", enter_mounts),
              FailsSaying("the test process itself is in ipc:\\[[0-9]+\\], and was in "
                          "ipc:\\[[0-9]+\\]\n  the test process itself is in uts:\\[[0-9]+\\], "
                          "and was in uts:\\[[0-9]+\\]\n  the test process itself is in "
                          "pid_for_children:\\[0\\], and was in pid_for_children:\\[[0-9]+\\]"));
}

}  // namespace
