// A user's tests whose closures do what sanitizers complain of, built with
// -fsanitize=address,undefined, for sanitizer_test.cc to run.
#include <vethlab/fixtures/pair.h>

#include <sys/wait.h>
#include <unistd.h>

#include <climits>

using namespace testing;
using namespace vethlab;

namespace {

int use_after_free() {
  volatile int* const number = new int(1);
  delete number;
  return *number;
}

int overflow() {
  volatile int number = INT_MAX;
  number = number + 1;
  return number;
}

struct Sanitized : PairTest {};

TEST_F(Sanitized, IsFine) {
  EXPECT_EQ(a.run([] { return 1; }), 1);
}

TEST_F(Sanitized, UsesAfterFree) {
  a.run([] { return use_after_free(); });
}

TEST_F(Sanitized, Overflows) {
  EXPECT_EQ(a.run([] { return overflow(); }), INT_MIN);
}

TEST_F(Sanitized, OverflowsInAJob) {
  a.start([] { overflow(); }).join();
}

TEST_F(Sanitized, OverflowsInAJobThatNobodyJoins) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd mine(ends[0]);
  UniqueFd its(ends[1]);
  a.start([&its] {
    overflow();
    its = UniqueFd();
    ::pause();
  });
  its = UniqueFd();
  char byte = 0;
  ASSERT_EQ(::read(mine.get(), &byte, 1), 0);
}

TEST_F(Sanitized, OverflowsAndUsesAfterFree) {
  a.run([] { return overflow() + use_after_free(); });
}

TEST_F(Sanitized, OverflowsInAForkOfTheClosure) {
  a.run([] {
    const pid_t child = ::fork();
    if (child == 0) {
      overflow();
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
  });
}

void leak() {
  volatile char* const lost = new char[1000];
  *lost = 'x';
}

TEST(SanitizedLeak, IsTheTests) { leak(); }

TEST_F(Sanitized, LeaksInAClosure) { a.run(leak); }

}  // namespace
