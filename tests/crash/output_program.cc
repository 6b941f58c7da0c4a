// A user's tests whose closures print and fail, for output_test.cc to run.
#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct Output : PairTest {};

TEST_F(Output, IsInOrder) {
  std::printf("1 outside\n");
  a.run([] {
    std::printf("2 printf\n");
    ADD_FAILURE() << "3";
    std::cout << "4 cout\n";
    std::cerr << "5 cerr\n";
    (void)!::write(STDOUT_FILENO, "6 write\n", 8);
    (void)!std::system("echo 7 child");
    std::printf("8 half");
    ADD_FAILURE() << "9";
    std::cout << " a line" << '\n';
    std::cerr << "10 cerr\n";
  });
  std::printf("11 outside\n");
}

TEST_F(Output, OfAJobIsNotHeldUp) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd mine(ends[0]);
  UniqueFd its(ends[1]);
  Job& job = a.start([&its] {
    std::printf("1 printf\n");
    ADD_FAILURE() << "3";
    std::printf("2 printf\n");
    its = UniqueFd();
  });
  its = UniqueFd();
  char byte = 0;
  ASSERT_EQ(::read(mine.get(), &byte, 1), 0);  // it went on, and nobody has listened
  job.join();
}

TEST_F(Output, IsKeptUpToACrash) {
  a.run([] {
    std::printf("a line, ");
    std::cout << "and more" << '\n';
    ::raise(SIGKILL);
  });
}

TEST_F(Output, IsNotKeptByAnUnsynchronizedCout) {
  a.run([] {
    std::ios::sync_with_stdio(false);
    std::cout << "heard" << '\n';
    ADD_FAILURE();
    std::cout << "lost" << '\n';
    ::raise(SIGKILL);
  });
}

TEST_F(Output, IsKeptUpToTheDeadline) {
  const auto closure = [] {
    std::printf("a line\n");
    ::pause();
  };
  a.run(closure, {.timeout = 100ms});
}

TEST_F(Output, OfDaemons) {
  Daemon& first =
      a.spawn({"bash", "-c", "trap 'printf \"4 bye\"; exit' TERM; echo 1 up; sleep 100 & wait"},
              {.ready = prints_line("up")});
  b.spawn({"bash", "-c", "echo 2 no config >&2; sleep 100"}, {.ready = prints_line("config")});
  std::cerr << "3 the test\n";
  first.stop();  // what it has left running holds its pipes open
  (void)b.spawn({"bash", "-c", "printf '5 and\\n6 oops' >&2; exit 3"}, {.may_end = true}).wait();
  std::cerr << "7 the test\n";
}

}  // namespace
