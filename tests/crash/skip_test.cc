// What GoogleTest makes of a machine that refuses: refused_program.cc's tests, run on such a one.
#include "in_fork.h"

#include <vethlab/fixtures/pair.h>

#include <cstdlib>

using namespace testing;
using namespace vethlab;

namespace {

constexpr int kLineOfLab = 11;  // in refused_program.cc

// What it prints, and its exit status. GoogleTest's "[  SKIPPED ]" is rewritten: ctest would take
// a failure's text for a skip.
std::string run_refused(const char* test, const char* require) {
  std::string output = output_of([&] {
    enter_limited("/proc/sys/user/max_user_namespaces", "0");
    ::setenv("VETHLAB_REQUIRE", require, 1);
    const std::string filter = std::string("--gtest_filter=") + test;
    ::execl(VETHLAB_REFUSED_PROGRAM, "refused_program", filter.c_str(), "--gtest_color=no",
            nullptr);
    throw std::runtime_error("exec");
  });
  for (std::size_t at = 0; (at = output.find("[  SKIPPED ]")) != std::string::npos;)
    output.replace(at, 12, "[skipped]");
  return output;
}

TEST(Skip, NamesTheTestsLineAndTheReason) {
  const std::string output = run_refused("Refused.*", "0");
  EXPECT_THAT(output, HasSubstr("refused_program.cc:" + std::to_string(kLineOfLab) +
                                ": Skipped\n"
                                "this machine gives no user namespace: "));
  EXPECT_THAT(output, HasSubstr("[skipped] Refused.Body"));
}

TEST(Skip, EndsTheTestsBody) {
  const std::string output = run_refused("Refused.*", "0");
  EXPECT_THAT(output, AllOf(Not(HasSubstr("went on")), Not(HasSubstr("exception"))));
}

TEST(Skip, IsNoFailure) { EXPECT_THAT(run_refused("Refused.*", "0"), EndsWith("status 0\n")); }

TEST(Skip, SkipsATestWhoseFixtureHasALab) {
  EXPECT_THAT(run_refused("RefusedMember.*", "0"),
              AllOf(HasSubstr("[skipped] RefusedMember.Body"), Not(HasSubstr("went on")),
                    EndsWith("status 0\n")));
}

TEST(Skip, SkipsATestWhoseSetUpMakesALab) {
  EXPECT_THAT(run_refused("RefusedSetUp.*", "0"),
              AllOf(HasSubstr("[skipped] RefusedSetUp.Body"), Not(HasSubstr("went on")),
                    EndsWith("status 0\n")));
}

TEST(Skip, IsAFailureWhereNamespacesAreRequired) {
  const std::string output = run_refused("Refused.*", "1");
  EXPECT_THAT(output, HasSubstr("refused_program.cc:" + std::to_string(kLineOfLab) +
                                ": Failure\n"
                                "this machine gives no user namespace: "));
  EXPECT_THAT(output, HasSubstr("(VETHLAB_REQUIRE=1: not skipped)"));
  EXPECT_THAT(output, EndsWith("status 1\n"));
}

TEST(Skip, RequiredEndsTheTestsBodyToo) {
  EXPECT_THAT(run_refused("Refused.*", "1"), Not(HasSubstr("went on")));
}

TEST(Skip, EndsTheProgramWhereGoogleTestCatchesNothing) {
  ::setenv("GTEST_CATCH_EXCEPTIONS", "0", 1);
  const std::string output = run_refused("Refused.*", "0");
  ::unsetenv("GTEST_CATCH_EXCEPTIONS");
  EXPECT_THAT(output, HasSubstr("this machine gives no user namespace: "));
  EXPECT_THAT(output, EndsWith("signal 6\n"));
}

}  // namespace
