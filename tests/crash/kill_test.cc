// Whatever happens to the test process, its keepers end, and nobody else's business is disturbed.
#include <vethlab/fixtures/pair.h>

#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node_state.h>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <random>
#include <thread>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct Subreaper {
  Subreaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~Subreaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
};

// Waits until this process has no child left, whatever its exit signal; false after 10 s.
bool all_children_gone() {
  const auto end = std::chrono::steady_clock::now() + 10s;
  siginfo_t info{};
  while (std::chrono::steady_clock::now() < end) {
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WALL) != 0) return errno == ECHILD;
    ::poll(nullptr, 0, 1);  // an orphan's end has no event for us
  }
  return false;
}

// What a daemon does to get away: a session of its own, and no parent.
void leave_a_daemon() {
  if (::fork() != 0) return;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  for (;;) ::pause();
}

// SIGKILL at a random instant: from before the keeper's first instruction, while a closure is
// started and runs, beside a daemon that it left, to the lab's end. As subreaper this process
// inherits what is orphaned, and would keep it as a child if it lived on.
TEST(Sigkill, LeavesNoProcess) {
  constexpr int kTimes = 300;
  const Subreaper inherits_orphans;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < kTimes; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;) {
        const PairNet net;
        (void)net.a.ping("10.0.0.2");
        net.a.run(leave_a_daemon);
        (void)net.b.run([] { return 1; });
      }
    }
    const timespec instant{0, static_cast<long>(random() % 15'000'000)};
    ::nanosleep(&instant, nullptr);  // the instant itself is what is tried
    ::kill(child, SIGKILL);
    ASSERT_TRUE(all_children_gone()) << "at " << instant.tv_nsec << " ns";
  }
  std::cout << "  SIGKILL at " << kTimes << " random instants: 0 processes left\n";
}

TEST(Sigkill, EndsTheKeeperThoughAnotherForkOfTheTestLivesOn) {
  const Subreaper inherits_orphans;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const PairNet net;
    pid_t ids[2] = {net.a.state().lab.keeper.pid(), ::fork()};
    if (ids[1] == 0) ::pause();
    (void)!::write(ready[1], ids, sizeof ids);
    for (;;) ::pause();
  }
  pid_t ids[2] = {};
  ASSERT_EQ(::read(ready[0], ids, sizeof ids), static_cast<ssize_t>(sizeof ids));
  const UniqueFd keeper(static_cast<int>(::syscall(SYS_pidfd_open, ids[0], 0)));
  ::kill(child, SIGKILL);
  pollfd ended{keeper.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 10'000), 1);
  EXPECT_EQ(::kill(ids[1], 0), 0) << "the other one lives";
  ::kill(ids[1], SIGKILL);
  EXPECT_TRUE(all_children_gone());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(Keeper, OutlivesTheThreadThatMadeIt) {
  std::unique_ptr<PairNet> net;
  std::thread([&] { net = std::make_unique<PairNet>(); }).join();
  net->lab.add_node("later");
  EXPECT_REACHABLE(net->a, net->b);
}

TEST(Keeper, IsNotSeenByTheUsersOwnWait) {
  const PairNet net;
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Keeper, WorksWhereSigchldIsIgnored) {
  struct Ignored {
    sighandler_t before = std::signal(SIGCHLD, SIG_IGN);
    ~Ignored() { (void)std::signal(SIGCHLD, before); }
  } const ignored;
  const PairNet net;
  EXPECT_REACHABLE(net.a, net.b);
}

TEST(Keeper, IsNotEndedByAForkOfTheTest) {
  PairNet net;
  const pid_t child = ::fork();
  if (child == 0) {
    net.lab.~Lab();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  net.lab.add_node("later");
  EXPECT_REACHABLE(net.a, net.b);
}

TEST(Keeper, ThatWasKilledSaysSo) {
  PairNet net;
  ::kill(net.a.state().lab.keeper.pid(), SIGKILL);
  try {
    net.lab.add_node("later");
    FAIL() << "no exception";
  } catch (const WorkerFailed& failed) {
    EXPECT_THAT(failed.what(),
                MatchesRegex("kill_test.cc:[0-9]+: the lab's keeper \\(pid [0-9]+\\) was killed by "
                             "SIGKILL"));
  }
  EXPECT_THAT(net.a.links(), SizeIs(2));  // what is open still answers
}

}  // namespace
