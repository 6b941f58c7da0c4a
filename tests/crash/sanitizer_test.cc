// What sanitizers report in a closure is a failure of the test: sanitized_program.cc's tests.
#include "in_fork.h"

#include <sys/personality.h>

using namespace testing;
using namespace vethlab;

namespace {

#ifdef VETHLAB_SANITIZED_PROGRAM
constexpr const char* kProgram = VETHLAB_SANITIZED_PROGRAM;
#else
constexpr const char* kProgram = nullptr;
#endif
#ifdef VETHLAB_RACING_PROGRAM
constexpr const char* kRacingProgram = VETHLAB_RACING_PROGRAM;
#else
constexpr const char* kRacingProgram = nullptr;
#endif

std::string run_program(const char* program, const std::string& test) {
  return output_of([&] {
    const std::string filter = "--gtest_filter=" + test;
    ::personality(ADDR_NO_RANDOMIZE);  // older runtimes do not bear much of it
    ::execl(program, program, filter.c_str(), "--gtest_color=no", nullptr);
    throw std::runtime_error("exec");
  });
}

struct Sanitizer : Test {
  void SetUp() override {
    if (kProgram == nullptr)
      GTEST_SKIP() << "this compiler cannot link -fsanitize=address,undefined";
  }

  static std::string run(const std::string& test) {
    return run_program(kProgram, "Sanitized." + test);
  }
};

// "…/sanitized_program.cc:LINE: Failure", and the text.
auto FailsSaying(int line, const std::string& text) {
  return AllOf(
      ContainsRegex("/sanitized_program.cc:" + std::to_string(line) + ": Failure\n" + text),
      EndsWith("status 1\n"));
}

constexpr const char* kOverflow =
    "  [^\n]*/sanitized_program.cc:23:[0-9]+: runtime error: signed integer overflow: 2147483647 "
    "[+] 1 "
    "cannot be represented in type 'int'\n";

TEST_F(Sanitizer, ThatHasNothingToSayIsNotHeard) {
  EXPECT_THAT(run("IsFine"), EndsWith("status 0\n"));
}

TEST_F(Sanitizer, ThatEndsAClosureIsTheReason) {
  EXPECT_THAT(
      run("UsesAfterFree"),
      FailsSaying(34,
                  "the closure in a was ended by a sanitizer:\n"
                  "  ==[0-9]+==ERROR: AddressSanitizer: heap-use-after-free on address "
                  "0x[0-9a-f]+ at pc 0x[0-9a-f]+ bp 0x[0-9a-f]+ sp 0x[0-9a-f]+\n"
                  "  READ of size 4 at 0x[0-9a-f]+ thread T0\n"
                  "      #0 0x[0-9a-f]+ in [^\n]*use_after_free[^\n]*/sanitized_program.cc:18"));
  EXPECT_THAT(run("UsesAfterFree"), ContainsRegex("\n  ==[0-9]+==ABORTING\n"));
}

TEST_F(Sanitizer, ThatLetsAClosureGoOnFailsTheTest) {
  EXPECT_THAT(
      run("Overflows"),
      FailsSaying(38, std::string("a sanitizer complains of the closure in a:\n") + kOverflow));
}

TEST_F(Sanitizer, ThatLetsAClosureGoOnIsHeardBesidesWhatEndsIt) {
  EXPECT_THAT(
      run("OverflowsAndUsesAfterFree"),
      FailsSaying(61, std::string("the closure in a was ended by a sanitizer:\n") + kOverflow +
                          "(  =+\n)?  ==[0-9]+==ERROR: AddressSanitizer: heap-use-after-free"));
}

TEST_F(Sanitizer, IsHeardOfAJob) {
  const std::string text = std::string("a sanitizer complains of the closure in a:\n") + kOverflow;
  EXPECT_THAT(run("OverflowsInAJob"), FailsSaying(42, text));
  EXPECT_THAT(run("OverflowsInAJobThatNobodyJoins"), FailsSaying(50, text));
}

TEST_F(Sanitizer, SaysOnStderrWhatItFindsInAForkOfTheClosure) {
  const std::string output = run("OverflowsInAForkOfTheClosure");
  EXPECT_THAT(output, ContainsRegex("\n[^\n ]*/sanitized_program.cc:23:[0-9]+: runtime error: "));
  EXPECT_THAT(output, EndsWith("status 0\n"));
}

// The first shows that it looks at all. (It cannot where ptrace(2) is refused, or already used.)
TEST_F(Sanitizer, DoesNotLookForLeaksAtAClosuresEnd) {
  const std::string output = run_program(kProgram, "SanitizedLeak.IsTheTests");
  if (output.find("LeakSanitizer has encountered a fatal error") != output.npos)
    GTEST_SKIP() << output;
  EXPECT_THAT(output, HasSubstr("ERROR: LeakSanitizer: detected memory leaks"));
  EXPECT_THAT(run("LeaksInAClosure"), EndsWith("status 0\n"));
}

TEST(ThreadSanitizer, EndsAClosureThatStartsAThreadWhereTheTestHasOthers) {
  if (kRacingProgram == nullptr) GTEST_SKIP() << "this compiler cannot link -fsanitize=thread";
  EXPECT_THAT(run_program(kRacingProgram, "Racing.StartsAThread"), EndsWith("status 0\n"));
  EXPECT_THAT(
      run_program(kRacingProgram, "Racing.StartsAThreadBesideTheTests"),
      AllOf(ContainsRegex("racing_program.cc:[0-9]+: Failure\nthe closure in a was ended by "
                          "a sanitizer:\n  ==[0-9]+==ThreadSanitizer: starting new threads "
                          "after multi-threaded fork is not supported"),
            EndsWith("status 1\n")));
}

}  // namespace
