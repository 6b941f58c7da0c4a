// Whatever happens to the test process, its keepers end, and nobody else's business is disturbed.
#include "observer.h"

#include <vethlab/fixtures/pair.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/zygote.h>

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

// What a daemon does to get away: a session of its own, and no parent.
void leave_a_daemon() {
  if (::fork() != 0) return;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  for (;;) ::pause();
}

enum class Stage : char { kCreation, kClosure, kProgram, kDaemon, kStream, kEnd };
constexpr int kStages = 6;

// Labs, one after the other, until it is killed; says what it is about to do.
[[noreturn]] void use_labs(int told) {
  const auto now = [told](Stage stage) { (void)!::write(told, &stage, 1); };
  for (;;) {
    try {
      now(Stage::kCreation);
      auto net = std::make_unique<PairNet>();
      (void)net->a.ping(net->b);
      now(Stage::kClosure);
      (void)net->b.run([] { return 1; });
      net->b.start([] {
        for (;;) ::pause();
      });
      now(Stage::kProgram);
      net->a.shell("true; (true)");
      net->a.spawn({"sleep", "1000"});
      now(Stage::kDaemon);
      net->a.run(leave_a_daemon);
      now(Stage::kStream);
      (void)net->a.stream(net->b, [&] { (void)net->a.wait_until([] { return false; }, 3ms); });
      now(Stage::kEnd);
      net = nullptr;
    } catch (const Unsupported&) {
      // the observer's limit: namespaces of the killed before it are still on their way out
    } catch (...) {
      ::_exit(1);
    }
  }
}

// A random instant of each stage in turn: up to 3 ms after its beginning.
void kill_at_a_random_instant(int turn, std::mt19937& random) {
  int told[2];
  if (::pipe2(told, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t child = ::fork();
  if (child == 0) use_labs(told[1]);
  ::close(told[1]);
  Stage stage{};
  do {
    if (::read(told[0], &stage, 1) != 1) throw std::runtime_error("it ended by itself");
  } while (stage != static_cast<Stage>(turn % kStages));
  const timespec instant{0, static_cast<long>(random() % 3'000'000)};
  ::nanosleep(&instant, nullptr);  // the instant itself is what is tried
  ::kill(child, SIGKILL);
  ::close(told[0]);
}

TEST(Sigkill, LeavesNothing) {
  constexpr int kTimes = 300;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const std::string told = in_fork([seed] {
    const Observer observer;
    std::mt19937 random(seed);
    for (int i = 0; i < kTimes; ++i) {
      kill_at_a_random_instant(i, random);
      if (children_left() > 0)
        throw std::runtime_error("at turn " + std::to_string(i) + " is left: " + who_is_left());
    }
    throw std::runtime_error(observer.left());
  });
  EXPECT_EQ(told, "other: 0 processes, 0 namespaces, 0 mounts, 0 files left");
  std::cout << "  SIGKILL at " << kTimes << " random instants" << told.substr(told.find(':'))
            << "\n";
}

// As the user who runs the test, not in an observer's namespaces. (In a fork, as the test itself has a
// child for as long as it lives: its zygote.)
TEST(Sigkill, LeavesNoProcess) {
  constexpr int kTimes = 50;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  EXPECT_EQ(
      in_fork([seed] {
        const Subreaper inherits_orphans;
        std::mt19937 random(seed);
        for (int i = 0; i < kTimes; ++i) {
          kill_at_a_random_instant(i, random);
          if (children_left() > 0)
            throw std::runtime_error("at turn " + std::to_string(i) + " is left: " + who_is_left());
        }
      }),
      "no exception");
}

TEST(Sigkill, EndsTheKeeperThoughAnotherForkOfTheTestLivesOn) {
  const std::string told = in_fork([] {
    const Subreaper inherits_orphans;
    int ready[2];
    if (::pipe(ready) != 0) throw std::runtime_error("pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      const PairNet net;
      pid_t ids[2] = {net.a.state().lab.keeper.pid(), ::fork()};
      if (ids[1] == 0) ::pause();
      (void)!::write(ready[1], ids, sizeof ids);
      for (;;) ::pause();
    }
    pid_t ids[2] = {};
    if (::read(ready[0], ids, sizeof ids) != sizeof ids) throw std::runtime_error("no keeper");
    const UniqueFd keeper(static_cast<int>(::syscall(SYS_pidfd_open, ids[0], 0)));
    ::kill(child, SIGKILL);
    pollfd ended{keeper.get(), POLLIN, 0};
    if (::poll(&ended, 1, 10'000) != 1) throw std::runtime_error("the keeper lives on");
    if (::kill(ids[1], 0) != 0) throw std::runtime_error("the other fork is gone, too");
    ::kill(ids[1], SIGKILL);
    if (children_left() > 0) throw std::runtime_error("a process is left");
  });
  EXPECT_EQ(told, "no exception");
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

TEST(Zygote, ThatWasKilledIsReplaced) {
  PairNet net;
  for (int i = 0; i < 3; ++i) {
    for (const int fd : vethlab::internal::zygote_descriptors()) {  // one is its pidfd
      if (::syscall(SYS_pidfd_send_signal, fd, SIGKILL, nullptr, 0) != 0) continue;
      pollfd end{fd, POLLIN, 0};
      ASSERT_EQ(::poll(&end, 1, 10'000), 1);  // dying takes a moment
    }
    if (i == 0) net.lab.add_node("later");
    else if (i == 1) EXPECT_THAT(net.a.exec({"true"}), Succeeds());
    else EXPECT_REACHABLE(PairNet().a, "10.0.0.2");
  }
}

}  // namespace
