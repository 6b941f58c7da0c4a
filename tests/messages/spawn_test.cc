// What daemons that go wrong say, to the letter; times of theirs are replaced by N.
#include <vethlab/fixtures/pair.h>
#include <vethlab/lab/daemon_state.h>
#include <vethlab/process/core_file.h>

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <regex>
#include <string>

#include "failure_of.h"
#include "text_of.h"

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

std::string without_times(const std::string& text) {
  const std::string lines = std::regex_replace(text, std::regex("\n  [0-9.]+ s  "), "\n  N s  ");
  return std::regex_replace(lines, std::regex("after [0-9]+ m?s:"), "after N:");
}

// The failure of a call that ends the test.
template <class F>
std::string abandoned(F f) {
  return without_times(failure_of([&] {
    try {
      f();
    } catch (const AssertionException&) {
    }
  }));
}

struct SpawnMessages : PairTest {
  Daemon& bash(const std::string& script, SpawnOptions options = {}) const {
    return a.spawn({"bash", "-c", script}, std::move(options));
  }
};

constexpr auto kDied =
    "bash in a ended unexpectedly after N: exit status 3\n"
    "What it wrote:\n"
    "  N s  up\n"
    "  N s  no config";

TEST_F(SpawnMessages, OfAnEndThatNobodyExpectedComeAtTheNextCall) {
  bash("echo up; echo no config >&2; sleep 0.05; exit 3", {.ready = prints_line("no config")});
  EXPECT_EQ(abandoned([&] {
              for (;;) (void)b.links();  // it may not have ended yet
            }),
            kDied);
  (void)b.links();  // it was said
}

TEST_F(SpawnMessages, OfAnEndThatNobodyExpectedComeInTheMiddleOfAWait) {
  const auto script = "echo up; sleep 0.1; echo no config >&2; exit 3";
  bash(script);
  EXPECT_EQ(abandoned([&] { EXPECT_EVENTUALLY(b.links(), SizeIs(100), 60s); }), kDied);
  bash(script);
  EXPECT_EQ(abandoned([&] { (void)b.wait_until([] { return false; }, 60s); }), kDied);
}

TEST_F(SpawnMessages, OfAnEndThatNobodyExpectedComeAtTheLabsEnd) {
  EXPECT_EQ(abandoned([] {
              const PairNet net;
              Daemon& daemon =
                  net.a.spawn({"bash", "-c", "echo up; echo no config >&2; sleep 0.05; exit 3"},
                              {.ready = prints_line("no config"), .may_end = true});
              EXPECT_EVENTUALLY(daemon.running(), IsFalse());
              daemon.state().expected = false;  // as if nobody had heard of it yet
            }),
            kDied);
}

TEST_F(SpawnMessages, OfASignalNameIt) {
  EXPECT_EQ(abandoned([&] {
              bash("sleep 0.05; kill -SEGV $$");
              for (;;) (void)a.links();
            }),
            "bash in a ended unexpectedly after N: killed by SIGSEGV\n"
            "It has written nothing.");
}

// A daemon that crashes, in a directory of the lab's own, and is to leave a core there.
struct CrashMessages : PairTest {
  void SetUp() override {
    rlimit most{};
    ASSERT_EQ(::getrlimit(RLIMIT_CORE, &most), 0);
    const auto core = process::core_file(1);
    if (!core || core->find('/') != core->npos || most.rlim_max != RLIM_INFINITY)
      GTEST_SKIP() << "this machine's cores go elsewhere (kernel.core_pattern, ulimit -Hc)";
  }
  [[nodiscard]] std::string text_of_crash(const Argv& argv, SpawnOptions options) const {
    return abandoned([&] {
      a.spawn(argv, std::move(options));
      for (;;) (void)a.links();
    });
  }
  const SpawnOptions with_core = {.cwd = "/run", .limits = {{RLIMIT_CORE, RLIM_INFINITY}}};
};

constexpr const char* kWrote = "\nWhat it wrote:\n  N s  up";

TEST_F(CrashMessages, HaveTheStackOfACore) {
#ifdef VETHLAB_HAS_LIBDW
  const std::string directory = std::string(__FILE__).substr(0, std::string(__FILE__).rfind('/'));
  const std::string at = " at " + directory + "/crashing_program.cc:";
  EXPECT_EQ(text_of_crash({VETHLAB_CRASHING_PROGRAM, "segv"}, with_core),
            "crashing_program in a ended unexpectedly after N: killed by SIGSEGV (core dumped):\n"
            "  (anonymous namespace)::parse(int volatile*)" +
                at +
                "11\n"
                "  main" +
                at + "28" + kWrote);
  EXPECT_EQ(text_of_crash({VETHLAB_CRASHING_PROGRAM, "abort"}, with_core),
            "crashing_program in a ended unexpectedly after N: killed by SIGABRT (core dumped):\n"
            "  abort in libc.so.6\n"
            "  (anonymous namespace)::give_up(int volatile&)" +
                at +
                "17\n"
                "  main" +
                at + "27" + kWrote);
#else
  GTEST_SKIP() << "built without libdw";
#endif
}

TEST_F(CrashMessages, HaveNoStackOfWhatIsNotItsOwnCore) {
  ASSERT_THAT(text_of_crash({VETHLAB_CRASHING_PROGRAM, "segv"}, with_core), HasSubstr("dumped"));
  ASSERT_THAT(a.exec({"sh", "-c", "mkdir /run/elsewhere; ls /run/core*"}), Succeeds());
  EXPECT_EQ(text_of_crash({VETHLAB_CRASHING_PROGRAM, "segv", "/run/elsewhere"}, with_core),
            std::string("crashing_program in a ended unexpectedly after N: killed by SIGSEGV (core "
                        "dumped)") +
                kWrote);
}

TEST_F(CrashMessages, HaveNoStackWhereThereIsNoCore) {
  EXPECT_EQ(
      text_of_crash({VETHLAB_CRASHING_PROGRAM, "segv"}, {.limits = {{RLIMIT_CORE, 0}}}),
      std::string("crashing_program in a ended unexpectedly after N: killed by SIGSEGV") + kWrote);
}

TEST_F(SpawnMessages, OfOneThatGoesIntoTheBackgroundSaySo) {
  EXPECT_EQ(abandoned([&] {
              bash("setsid sleep 4711 & until grep -q sleep /proc/$!/comm; do :; done",
                   {.ready = listens_on_tcp(80)});
            }),
            "bash in a ended before it listens on TCP port 80, after N: exit status 0\n"
            "It has left running: sleep 4711. What goes into the background cannot be watched: run "
            "it in the foreground.\n"
            "It has written nothing.");
}

TEST_F(SpawnMessages, OfOneThatIsNotReadyTellWhatItDoesInstead) {
  a.spawn({"python3", "-c",
           "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 1790)); s.listen(); "
           "time.sleep(1000)"},
          {.ready = listens_on_tcp(1790)});
  EXPECT_EQ(abandoned([&] {
              bash("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; sleep 1000",
                   {.ready = prints_line("line 1") && listens_on_tcp(179) && exists("/run/x"),
                    .timeout = 1s});
            }),
            "bash in a was not ready in 1 s: it is when it listens on TCP port 179 and /run/x is "
            "there\n"
            "It runs, and in a listen: tcp 127.0.0.1:1790.\n"
            "Its last lines:\n"
            "  N s  line 3\n  N s  line 4\n  N s  line 5\n  N s  line 6\n  N s  line 7\n"
            "  N s  line 8\n  N s  line 9\n  N s  line 10\n  N s  line 11\n  N s  line 12");
}

TEST_F(SpawnMessages, OfOneThatRefusesToStopSaySo) {
  Daemon& daemon = bash("trap 'echo no' TERM; echo up; while :; do sleep 0.01; done",
                        {.ready = prints_line("up"), .grace = 200ms});
  EXPECT_EQ(abandoned([&] { EXPECT_EQ(daemon.stop().signal, SIGKILL); }),
            "bash in a did not end at SIGTERM in 200 ms, and was killed\n"
            "What it wrote:\n"
            "  N s  up\n"
            "  N s  no");
}

TEST_F(SpawnMessages, OfOneThatDoesNotEndSaySo) {
  EXPECT_EQ(abandoned([&] { (void)bash("sleep 1000").wait(50ms); }),
            "bash in a has not ended in 50 ms\n"
            "It has written nothing.");
}

TEST_F(SpawnMessages, OfTwoOnOnePortAreTheSecondsOwnWords) {
  const Argv server = {"python3", "-u", "-m", "http.server", "80"};
  a.spawn(server, {.ready = listens_on_tcp(80)});
  EXPECT_THAT(
      abandoned([&] { a.spawn(server, {.ready = prints_line("Serving")}); }),
      AllOf(StartsWith("python3 in a ended before it prints a line with \"Serving\", after N: "
                       "exit status 1\nIts last lines:\n"),
            EndsWith("OSError: [Errno 98] Address already in use")));
}

TEST_F(SpawnMessages, OfAWatcherThatWasKilledSaySo) {
  Daemon& daemon = a.spawn({"sleep", "1000"});
  EXPECT_EQ(text_of([&] {
              (void)a.exec({"sh", "-c",
                            "kill -KILL $(sed -n 's/^PPid:\t//p' /proc/" +
                                std::to_string(daemon.pid()) + "/status)"});
              (void)daemon.running();
            }),
            "the process that watches sleep in a is gone");
}

TEST_F(SpawnMessages, OfALimitOrUserThatIsRefusedNameIt) {
  if (::geteuid() == 0) return;  // root may
  rlimit most{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &most), 0);
  EXPECT_EQ(text_of([&] {
              a.spawn({"/usr/bin/sleep", "1000"}, {.limits = {{RLIMIT_NOFILE, most.rlim_max + 1}}});
            }),
            "set the limits of /usr/bin/sleep in a: Operation not permitted");
  EXPECT_EQ(text_of([&] {
              a.spawn({"/usr/bin/sleep", "1000"}, {.user = "daemon"});
            }),
            "become user daemon (uid 1) in a: an ordinary user's lab has root alone, without "
            "LabOptions{.ids = Ids::kSubordinate}: Operation not permitted");
}

// … and the one that is well is stopped all the same.
TEST_F(SpawnMessages, OfOneThatHadEndedComeAlsoBesideOneThatHasNot) {
  EXPECT_EQ(abandoned([] {
              const PairNet net;
              Daemon& daemon =
                  net.a.spawn({"bash", "-c", "echo up; echo no config >&2; sleep 0.05; exit 3"},
                              {.ready = prints_line("no config"), .may_end = true});
              net.a.spawn({"sleep", "1000"});
              EXPECT_EVENTUALLY(daemon.running(), IsFalse());
              daemon.state().expected = false;
            }),
            kDied);
}

TEST_F(SpawnMessages, OfBadInputNameIt) {
  EXPECT_EQ(text_of([&] { a.spawn({}); }), "spawn: there is no program to run");
  EXPECT_EQ(text_of([&] { a.spawn({""}); }), "spawn: there is no program to run");
  EXPECT_EQ(text_of([&] { a.spawn({"x"}, {.timeout = 0ms}); }),
            "spawn: timeout 0 ms is not 1 ms to a day");
  EXPECT_EQ(text_of([&] {
              a.spawn({"x"}, {.env = {{"A=B", ""}}});
            }),
            "spawn: \"A=B\" cannot be in env");
  EXPECT_EQ(text_of([&] {
              a.spawn({"x"}, {.limits = {{4711, 1}}});
            }),
            "spawn: limits: 4711 is no resource of setrlimit(2)");
  EXPECT_EQ(text_of([&] { a.spawn({"x"}, {.stop_signal = 0}); }),
            "spawn: stop_signal 0 is not 1 to 64");
  EXPECT_EQ(text_of([&] { a.spawn({"x"}, {.grace = -1ms}); }),
            "spawn: grace -1 ms is not 0 ms to an hour");
  EXPECT_EQ(text_of([&] { a.spawn({"sleep", "1000"}).signal(65); }), "signal: 65 is not 1 to 64");
  EXPECT_EQ(text_of([&] { a.start([] {}, {.ready = prints_line("up")}); }),
            "start: \"it prints a line with \"up\"\" is of a program that spawn started");
  EXPECT_EQ(text_of([&] {
              a.spawn({"no-such-program"}, {.env = {{"PATH", "/bin"}}});
            }),
            "exec no-such-program in a: not found in PATH (/bin): No such file or directory");
}

}  // namespace
