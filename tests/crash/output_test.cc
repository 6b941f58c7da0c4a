// What a closure prints stands in order with what it reports: output_program.cc's tests.
#include "gtest_words.h"
#include "in_fork.h"

#include <pty.h>

using namespace testing;
using namespace vethlab;

namespace {

// What the program prints between "[ RUN" and "[  FAILED" or "[       OK", without the machine's paths.
std::string between(std::string output) {
  const auto begin = output.find('\n', output.find("[ RUN  "));
  output = output.substr(begin + 1, output.find("[  ") - begin - 1);
  const std::string path = std::string(__FILE__).substr(0, std::string(__FILE__).rfind('/') + 1);
  for (auto at = output.find(path); at != output.npos; at = output.find(path))
    output.erase(at, path.size());
  return without_last_line_ends(output);
}

[[noreturn]] void become(const std::string& test) {
  const std::string filter = "--gtest_filter=Output." + test;
  ::execl(VETHLAB_OUTPUT_PROGRAM, "output_program", filter.c_str(), "--gtest_color=no", nullptr);
  throw std::runtime_error("exec");
}

std::string through_pipe(const std::string& test) {
  return between(output_of([&] { become(test); }));
}

std::string on_terminal(const std::string& test) {
  int fd = -1;
  const pid_t child = ::forkpty(&fd, nullptr, nullptr, nullptr);
  if (child == 0) {
    ::setenv("VETHLAB_ARTIFACTS", "", 1);
    become(test);
  }
  std::string output;
  char part[4096];
  for (ssize_t got = 0; (got = ::read(fd, part, sizeof part)) > 0;)
    for (const char each : std::string_view(part, static_cast<std::size_t>(got)))
      if (each != '\r') output += each;
  ::close(fd);
  ::waitpid(child, nullptr, 0);
  return between(output);
}

constexpr const char* kInOrder = R"(1 outside
2 printf
output_program.cc:24: Failure
Failed
3
[in a]
4 cout
5 cerr
6 write
7 child
8 halfoutput_program.cc:30: Failure
Failed
9
[in a]
 a line
10 cerr
11 outside
)";

TEST(Output, IsInOrderWithTheAssertions) {
  EXPECT_EQ(through_pipe("IsInOrder"), kInOrder);
  EXPECT_EQ(on_terminal("IsInOrder"), kInOrder);
}

TEST(Output, OfAJobDoesNotWaitForTheJoin) {
  EXPECT_EQ(through_pipe("OfAJobIsNotHeldUp"),
            "1 printf\n2 printf\noutput_program.cc:44: Failure\nFailed\n3\n[in a]\n");
}

TEST(Output, LosesNoLineByACrash) {
  EXPECT_EQ(through_pipe("IsKeptUpToACrash"),
            "a line, and more\noutput_program.cc:55: Failure\nthe closure in a was killed by "
            "SIGKILL (Killed)\n");
}

TEST(Output, OfAnUnsynchronizedCoutIsLostByACrash) {
  EXPECT_EQ(through_pipe("IsNotKeptByAnUnsynchronizedCout"),
            "heard\noutput_program.cc:66: Failure\nFailed\n[in a]\noutput_program.cc:63: "
            "Failure\nthe closure in a was killed by SIGKILL (Killed)\n");
}

TEST(Output, LosesNoLineByTheDeadline) {
  EXPECT_THAT(through_pipe("IsKeptUpToTheDeadline"),
              StartsWith("a line\noutput_program.cc:77: Failure\nthe closure in a did not end in "
                         "100 ms, and was killed:\n  pause in libc.so.6\n"));
}

TEST(Output, OfDaemonsIsShownToWhoAsks) {
  EXPECT_EQ(between(output_of([] {
              ::setenv("VETHLAB_SHOW", "1", 1);
              become("OfDaemons");
            })),
            "[a bash] 1 up\n[b bash] 2 no config\n3 the test\n[a bash] 4 bye\n[b bash] 5 and\n"
            "[b bash] 6 oops\n7 the test\n");
}

TEST(Output, OfDaemonsIsNotShownToOthers) {
  EXPECT_EQ(between(output_of([] {
              ::unsetenv("VETHLAB_SHOW");
              become("OfDaemons");
            })),
            "3 the test\n7 the test\n");
}

}  // namespace
