// How a lab ends on a machine that is not as usual, and in processes that end in unusual ways.
#include "in_fork.h"
#include "observer.h"

#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// As in a container that hides a part of /proc: the kernel gives no new one there.
TEST(LabEnd, CannotNameWhoRefusedWhereProcIsTheMachines) {
  const std::string output = output_of([] {
    set_reporter(nullptr);
    enter_limited("/proc/sys/user/max_user_namespaces", "9", CLONE_NEWNS);
    if (::mount("/dev/null", "/proc/cmdline", nullptr, MS_BIND, nullptr) != 0)
      throw std::runtime_error("mount");
    Lab lab({.grace = 30ms});
    lab.add_node("a").shell("trap '' TERM; sleep 1000 >/dev/null 2>&1 &");
  });
  EXPECT_THAT(output, MatchesRegex("end_test.cc:[0-9]+: a process of the lab did not end at "
                                   "SIGTERM in 30 ms, and was killed\nstatus 0\n"));
}

constexpr const char* kNothing = "other: 0 processes, 0 namespaces, 0 mounts, 0 files left";

// The observer itself.
TEST(Observer, SeesWhatIsLeft) {
  EXPECT_EQ(in_fork([] {
              const Observer observer;
              int ready[2];
              if (::pipe2(ready, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
              const pid_t child = ::fork();
              if (child == 0) {
                ::mount("none", "/tmp", "tmpfs", 0, nullptr);
                ::close(::open("/run/file", O_CREAT | O_WRONLY, 0600));
                (void)!::symlink("nowhere", "/var/file");
                if (::unshare(CLONE_NEWNET) == 0) (void)!::write(ready[1], ".", 1);
                for (;;) ::pause();
              }
              char byte = 0;
              (void)!::read(ready[0], &byte, 1);
              const std::string left = observer.left(100ms);
              ::kill(child, SIGKILL);
              throw std::runtime_error(left);
            }),
            "other: 1 processes, 1 namespaces, 1 mounts, 2 files left");
}

// A job, a daemon that left its session, and a program's background process.
void run_all_kinds(PairNet& net) {
  net.a.start([] {
    for (;;) ::pause();
  });
  net.b.run([] {
    if (::fork() != 0) return;
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    for (;;) ::pause();
  });
  net.b.shell("sleep 1000 >/dev/null 2>&1 &");
}

struct End {
  const char* name;
  int signal;                // sent to its process group, as by a terminal's ^C; 0: none
  void (*end)();             // by itself
  bool thread_ends = false;  // that made the lab, before all else
};

void await_signal() {
  for (;;) ::pause();
}

void throw_in_a_thread() {
  std::thread([] { throw std::runtime_error("nobody catches it"); }).join();
}

class EndOfATest : public TestWithParam<End> {};

TEST_P(EndOfATest, LeavesNothing) {
  const End& how = GetParam();
  std::fflush(nullptr);
  const std::string told = in_fork([&how] {
    const Observer observer;
    int ready[2];
    if (::pipe2(ready, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      ::setpgid(0, 0);
      ::signal(how.signal, SIG_DFL);  // a shell's background job has SIGINT ignored
      std::unique_ptr<PairNet> net;
      const auto begin = [&net] {
        net = std::make_unique<PairNet>();
        net->a.run([] {});
      };
      if (how.thread_ends) std::thread(begin).join();
      else begin();
      run_all_kinds(*net);
      (void)!::write(ready[1], ".", 1);
      how.end();
    }
    char byte = 0;
    ::close(ready[1]);
    if (::read(ready[0], &byte, 1) != 1) throw std::runtime_error("it ended too early");
    if (how.signal != 0) ::kill(-child, how.signal);
    const std::string left = observer.left();
    ::kill(-child, SIGKILL);  // where it is left
    throw std::runtime_error(left);
  });
  EXPECT_EQ(told, kNothing);
}

INSTANTIATE_TEST_SUITE_P(
    By, EndOfATest,
    Values(End{"CtrlC", SIGINT, await_signal}, End{"Sigterm", SIGTERM, await_signal},
           End{"Sigkill", SIGKILL, await_signal}, End{"Abort", 0, std::abort},
           End{"AnUncaughtException", 0, throw_in_a_thread}, End{"Exit", 0, [] { std::exit(0); }},
           End{"QuickExit", 0, [] { ::_exit(0); }},
           End{"CtrlCAfterTheThreadThatMadeTheLab", SIGINT, await_signal, true},
           End{"SigkillAfterTheThreadThatMadeTheLab", SIGKILL, await_signal, true}),
    [](const auto& of) { return std::string(of.param.name); });

TEST(Lab, LivesOnWhereTheThreadThatMadeItHasEnded) {
  std::unique_ptr<PairNet> net;
  std::thread([&] {
    net = std::make_unique<PairNet>();
    net->a.run([] {});
  }).join();
  EXPECT_EQ(net->a.run([] { return 1; }), 1);
  EXPECT_THAT(net->b.exec({"true"}), Succeeds());
}

}  // namespace
