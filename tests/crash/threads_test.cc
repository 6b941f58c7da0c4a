// Labs in a process with threads. Runs under ThreadSanitizer too.
#include <vethlab/fixtures/pair.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace testing;
using namespace vethlab;

namespace {

TEST(Threads, MayRunWhileALabIsMadeAndUsed) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> busy;
  busy.reserve(4);
  for (int i = 0; i < 4; ++i)
    busy.emplace_back([&] {
      while (!stop) std::vector<int>(1000).swap(*std::make_unique<std::vector<int>>());
    });
  for (int i = 0; i < 20; ++i) {
    PairNet net;
    EXPECT_REACHABLE(net.a, net.b);
  }
  stop = true;
  for (std::thread& thread : busy) thread.join();
}

TEST(Threads, MayEachHaveALab) {
  std::atomic<int> answered = 0;
  const auto use = [&] {
    for (int i = 0; i < 10; ++i) {
      PairNet net;
      answered += net.a.ping(net.b).received;
    }
  };
  std::thread one(use);
  std::thread two(use);
  one.join();
  two.join();
  EXPECT_EQ(answered, 20);
}

}  // namespace
