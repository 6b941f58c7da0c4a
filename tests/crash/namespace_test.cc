// SIGKILL gives every namespace back: a veth pair whose far end stands in it tells.
#include "canary.h"
#include "in_fork.h"

#include <vethlab/base/deadline.h>
#include <vethlab/fixtures/pair.h>

#include <csignal>
#include <ctime>
#include <random>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr const char* kLimit = "/proc/sys/user/max_net_namespaces";

// Forks; the child uses labs until it is killed.
pid_t fork_user(const std::function<void()>& use) {
  const pid_t child = ::fork();
  while (child == 0) {
    try {
      use();
    } catch (const Unsupported&) {
      // the limit: namespaces of the killed before it are still on their way out
    } catch (...) {
      ::_exit(1);
    }
  }
  return child;
}

// The instant itself is what is tried.
void kill_within(pid_t child, std::chrono::nanoseconds most, std::mt19937& random) {
  const timespec instant{0, static_cast<long>(random() % static_cast<unsigned>(most.count()))};
  ::nanosleep(&instant, nullptr);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

// The canary stands in a namespace around the killed process, its peer in a node of the lab.
TEST(Sigkill, EndsAVethWhosePeerIsInANode) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  EXPECT_EQ(in_fork([seed] {
              enter_limited(kLimit, "1000", CLONE_NEWNET);
              Canary canary;
              std::mt19937 random(seed);
              for (int i = 0; i < 30; ++i) {
                const pid_t child = fork_user([] {
                  const PairNet net;
                  Canary::put_into(net.a);
                  for (;;) net.a.run([&] { (void)net.a.ping(net.b); });
                });
                const bool came = canary.comes();
                kill_within(child, 8ms, random);
                if (!came) throw std::runtime_error("no canary was made");
                if (!canary.goes()) throw std::runtime_error("the canary lives on");
              }
            }),
            "no exception");
}

}  // namespace
