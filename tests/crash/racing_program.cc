// A user's test whose closure starts a thread, built with -fsanitize=thread, for sanitizer_test.cc to
// run.
#include <vethlab/fixtures/pair.h>

#include <atomic>
#include <thread>

using namespace testing;
using namespace vethlab;

namespace {

struct Racing : PairTest {
  void run_with_a_thread() {
    a.run([] { std::thread([] {}).join(); });
  }
};

TEST_F(Racing, StartsAThread) { run_with_a_thread(); }

TEST_F(Racing, StartsAThreadBesideTheTests) {
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) std::this_thread::yield();
  });
  EXPECT_THROW(run_with_a_thread(), AssertionException);
  stop = true;
  other.join();
}

}  // namespace
