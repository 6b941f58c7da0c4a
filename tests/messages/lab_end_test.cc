// What is said at a lab's end of what still runs in it, and what is not worth a word.
#include "gtest_words.h"

#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <unistd.h>
#include <gtest/gtest-spi.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// What is reported while `test` runs, each with its line, counted from `base`.
std::vector<std::string> heard(int base, const std::function<void()>& test) {
  TestPartResultArray results;
  {
    const ScopedFakeTestPartResultReporter reporter(
        ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    test();
  }
  std::vector<std::string> texts;
  for (int i = 0; i < results.size(); ++i) {
    const TestPartResult& r = results.GetTestPartResult(i);
    EXPECT_THAT(r.file_name(), EndsWith("lab_end_test.cc"));
    texts.push_back("+" + std::to_string(r.line_number() - base) + " " + reported_text(r));
  }
  return texts;
}

struct Pipe {
  Pipe() {
    int both[2];
    if (::pipe2(both, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    in = UniqueFd(both[1]);
    out = UniqueFd(both[0]);
  }
  void say(std::string_view text) const { (void)!::write(in.get(), text.data(), text.size()); }
  [[nodiscard]] std::string hear() const {  // all until now, or what comes first
    std::array<char, 64> text;
    const ssize_t got = ::read(out.get(), text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
  }
  UniqueFd in;
  UniqueFd out;
};

void await_sigterm() {
  sigset_t term;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  int number = 0;
  ::sigwait(&term, &number);
}

// From now on it waits for await_sigterm().
void hold_sigterm() {
  sigset_t term;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &term, nullptr);
}

TEST(LabEnd, OfAJobThatRefusesSigtermSaysSoAtItsStart) {
  const int base = __LINE__;
  const auto test = [] {
    const Pipe ready;
    Lab lab({.grace = 30ms});
    lab.add_node("a").start([&] {
      ::signal(SIGTERM, SIG_IGN);
      ready.say(".");
      for (;;) ::pause();
    });
    (void)ready.hear();
  };
  EXPECT_THAT(heard(base, test), ElementsAre("+4 the closure in a did not end at SIGTERM in 30 ms, "
                                             "and was killed"));
}

TEST(LabEnd, OfAJobThatEndsAtSigtermIsSilent) {
  const auto test = [] {
    Lab lab;
    lab.add_node("a").start([] {
      for (;;) ::pause();
    });
  };
  EXPECT_THAT(heard(0, test), IsEmpty());
}

TEST(LabEnd, OfAJobThatExitsWithoutErrorAtSigtermIsSilent) {
  const auto test = [] {
    const Pipe ready;
    Lab lab;
    lab.add_node("a").start([&] {
      ::signal(SIGTERM, [](int) { ::_exit(0); });
      ready.say(".");
      for (;;) ::pause();
    });
    (void)ready.hear();
  };
  EXPECT_THAT(heard(0, test), IsEmpty());
}

TEST(LabEnd, OfAJobThatExitsWithAnErrorAtSigtermSaysSo) {
  const int base = __LINE__;
  const auto test = [] {
    const Pipe ready;
    Lab lab;
    lab.add_node("a").start([&] {
      ::signal(SIGTERM, [](int) { ::_exit(3); });
      ready.say(".");
      for (;;) ::pause();
    });
    (void)ready.hear();
  };
  EXPECT_THAT(heard(base, test),
              ElementsAre("+4 the closure in a left with status 3 before its end: it, or what it "
                          "called, called exit(3) or _exit(2)"));
}

TEST(LabEnd, OfAJobThatReturnsAtSigtermReportsItsAssertions) {
  const int base = __LINE__;
  const auto test = [] {
    const Pipe ready;
    Lab lab;
    lab.add_node("a").start([&] {
      hold_sigterm();
      ready.say(".");
      await_sigterm();
      ADD_FAILURE() << "served nobody";
    });
    (void)ready.hear();
  };
  EXPECT_THAT(heard(base, test), ElementsAre("+8 Failed\nserved nobody\n[in a]"));
}

TEST(LabEnd, OfAJobThatThrowsAtSigtermSaysSo) {
  const int base = __LINE__;
  const auto test = [] {
    const Pipe ready;
    Lab lab;
    lab.add_node("a").start([&] {
      hold_sigterm();
      ready.say(".");
      await_sigterm();
      throw std::runtime_error("not served");
    });
    (void)ready.hear();
  };
  EXPECT_THAT(heard(base, test),
              ElementsAre("+4 the closure in a threw std::runtime_error: not served"));
}

TEST(LabEnd, OfAJobWhoseProcessGroupIsStoppedIsSilent) {
  const auto test = [] {
    const Pipe stopped;
    Lab lab;
    lab.add_node("a").start([&] {
      stopped.say(".");
      ::raise(SIGSTOP);
    });
    (void)stopped.hear();
  };
  EXPECT_THAT(heard(0, test), IsEmpty());
}

TEST(LabEnd, EndsJobsInReverseOrderOfTheirStart) {
  const Pipe ready;
  const Pipe ended;
  {
    Lab lab;
    Node& a = lab.add_node("a");
    for (const char* const name : {"1", "2", "3"})
      a.start([&, name] {
        hold_sigterm();
        ready.say(".");
        await_sigterm();
        ended.say(name);
      });
    for (std::string all; all.size() < 3;) all += ready.hear();
  }
  EXPECT_EQ(ended.hear(), "321");
}

TEST(LabEnd, WithoutGraceKillsAtOnceAndIsSilent) {
  const auto test = [] {
    const Pipe ready;
    Lab lab({.grace = 0ms});
    lab.add_node("a").start([&] {
      ::signal(SIGTERM, SIG_IGN);
      ready.say(".");
      for (;;) ::pause();
    });
    (void)ready.hear();
    lab.node("a").shell("trap '' TERM; sleep 1000 >/dev/null 2>&1 &");
  };
  EXPECT_THAT(heard(0, test), IsEmpty());
}

// What a program left: it may end in its own way, and is waited for.
TEST(LabEnd, OfADaemonThatEndsAtSigtermIsSilent) {
  const Pipe pipe;
  const auto test = [&] {
    Lab lab;
    lab.add_node("a").run([&] {
      if (::fork() != 0) return;
      ::setsid();
      hold_sigterm();
      pipe.say("up ");
      await_sigterm();
      pipe.say("down");
      ::_exit(0);
    });
    EXPECT_EQ(pipe.hear(), "up ");
  };
  EXPECT_THAT(heard(0, test), IsEmpty());
  EXPECT_EQ(pipe.hear(), "down");
}

TEST(LabEnd, OfADaemonThatRefusesSigtermNamesIt) {
  std::string pid;
  const int base = __LINE__;
  const auto test = [&] {
    Lab lab({.grace = 30ms});
    pid = lab.add_node("a")
              .exec({"bash", "-c", "trap '' TERM; sleep 1000 >/dev/null 2>&1 & echo -n $!"})
              .out;
  };
  const auto texts = heard(base, test);
  EXPECT_THAT(texts, ElementsAre("+2 1 process of the lab did not end at SIGTERM in 30 ms, and was "
                                 "killed: " +
                                 pid + " sleep"));
}

TEST(LabEnd, OfDaemonsThatRefuseSigtermNamesEach) {
  std::string pids;
  const int base = __LINE__;
  const auto test = [&] {
    Lab lab({.grace = 1s});
    Node& a = lab.add_node("a");
    a.shell("sleep 1000 >/dev/null 2>&1 &");  // this one ends
    pids = a.exec({"bash", "-c",
                   "trap '' TERM; sleep 1000 >/dev/null 2>&1 & echo -n $!; "
                   "tail -f /dev/null >/dev/null 2>&1 & echo -n \" $!\""})
               .out;
  };
  const auto texts = heard(base, test);
  const auto space = pids.find(' ');
  EXPECT_THAT(texts,
              ElementsAre("+2 2 processes of the lab did not end at SIGTERM in 1 s, and were "
                          "killed: " +
                          pids.substr(0, space) + " sleep, " + pids.substr(space + 1) + " tail"));
}

TEST(LabEnd, WhileAnExceptionUnwindsTheTestIsTheSame) {
  const int base = __LINE__;
  const auto test = [] {
    try {
      const Pipe ready;
      Lab lab({.grace = 30ms});
      lab.add_node("a").start([&] {
        ::signal(SIGTERM, SIG_IGN);
        ready.say(".");
        for (;;) ::pause();
      });
      (void)ready.hear();
      throw std::runtime_error("the test's own");
    } catch (const std::runtime_error&) {
    }
  };
  EXPECT_THAT(heard(base, test), ElementsAre("+5 the closure in a did not end at SIGTERM in 30 ms, "
                                             "and was killed"));
}

}  // namespace
