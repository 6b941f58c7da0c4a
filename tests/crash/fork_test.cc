// Forks of the test's own, which have its labs' descriptors, too.
#include "refuse_call.h"

#include <vethlab/fixtures/pair.h>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

using namespace testing;
using namespace vethlab;

namespace {

int status_of_fork(const std::function<void()>& verb) {
  const pid_t child = ::fork();
  if (child == 0) {
    verb();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

// When its question has been sent, and before it takes the answer.
void kill_within(const std::function<void()>& verb) {
  const int status = status_of_fork([&] {
    ::prctl(PR_SET_DUMPABLE, 0);  // no core
    die_at_call(SYS_recvmsg);
    verb();
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << status;
}

TEST(Fork, OfTheTestMayUseItsLabWhileTheTestWaits) {
  PairNet net;
  const int status = status_of_fork([&] {
    net.b.add_address("eth0", "10.0.0.7/24");
    if (net.a.ping("10.0.0.7").received != 1) ::_exit(1);
    if (net.a.run([] { return 7; }) != 7) ::_exit(2);
    if (net.a.exec({"echo", "out"}).out != "out\n") ::_exit(3);
    if (PairNet own; own.a.ping(own.b).received != 1) ::_exit(4);
  });
  EXPECT_EQ(status, 0);
  EXPECT_REACHABLE(net.a, "10.0.0.7");
}

TEST(Fork, OfTheTestThatIsKilledInAQuestionToTheKeeperLeavesTheNextItsOwnAnswer) {
  const PairNet net;
  for (int i = 0; i < 3; ++i) {
    kill_within([&] { (void)net.a.sysctl("net.ipv4.ip_forward"); });
    EXPECT_EQ(net.a.sysctl("net.ipv4.ip_default_ttl"), "64");
  }
}

TEST(Fork, OfTheTestThatIsKilledInAQuestionToTheKernelLeavesTheNextItsOwnAnswer) {
  const PairNet net;
  const auto before = net.a.routes();
  for (int i = 0; i < 3; ++i) {
    kill_within([&] { (void)net.a.addresses(); });
    EXPECT_EQ(net.a.routes(), before);
    kill_within([&] { (void)net.a.link("eth0"); });
    EXPECT_EQ(net.a.route_to(net.b).dev, "eth0");
  }
}

}  // namespace
