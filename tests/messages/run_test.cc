// What a closure's assertions, exceptions and other ends look like in the test.
#include "gtest_words.h"

#include <vethlab/fixtures/pair.h>

#include <pthread.h>
#include <unistd.h>
#include <gtest/gtest-spi.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <thread>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct RunMessages : PairTest {
  // What GoogleTest hears of `test`, each as "line type text", the line counted from that of the
  // call; an end of the test is as one.
  std::vector<std::string> heard(int base, const std::function<void()>& test) {
    TestPartResultArray results;
    bool ended = false;
    {
      const ScopedFakeTestPartResultReporter reporter(
          ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
      try {
        test();
      } catch (const AssertionException&) {
        ended = true;
      }
    }
    std::vector<std::string> texts;
    for (int i = 0; i < results.size(); ++i) {
      const TestPartResult& r = results.GetTestPartResult(i);
      EXPECT_THAT(r.file_name(), EndsWith("run_test.cc"));
      const char* const type = r.skipped()             ? "skip"
                               : r.fatally_failed()    ? "fatal"
                               : r.nonfatally_failed() ? "nonfatal"
                                                       : "success";
      texts.push_back("+" + std::to_string(r.line_number() - base) + " " + type + " " +
                      reported_text(r));
    }
    if (ended) texts.emplace_back("(test ended)");
    return texts;
  }

  // The one text of a closure that ends the test.
  template <class F>
  std::string ends(F closure, RunOptions options = {}) {
    const auto texts = heard(0, [&] { (void)a.run(closure, options); });
    EXPECT_THAT(texts, ElementsAre(_, "(test ended)"));
    return texts.empty() ? "" : texts.front().substr(texts.front().find(" fatal ") + 7);
  }
};

TEST_F(RunMessages, OfAssertionsAreTheirOwnWithTheirLineAndTheNode) {
  const auto test = [&] {
    a.run([] {
      EXPECT_EQ(1, 2) << "said more";
      ADD_FAILURE() << "added";
      SUCCEED() << "fine";
      ASSERT_TRUE(false);
      FAIL() << "not reached";
    });
  };
  const auto texts = heard(__LINE__ - 7, test);
  EXPECT_THAT(
      texts, ElementsAre("+0 nonfatal Expected equality of these values:\n  1\n  2\nsaid more\n[in "
                         "a]",
                         "+1 nonfatal Failed\nadded\n[in a]", "+2 success Succeeded\nfine\n[in a]",
                         "+3 fatal Value of: false\n  Actual: false\nExpected: true\n[in a]"));
}

TEST_F(RunMessages, OfASkipAreASkip) {
  const auto test = [&] { a.run([] { GTEST_SKIP() << "why"; }); };
  const auto texts = heard(__LINE__ - 1, test);
  EXPECT_THAT(texts, ElementsAre("+0 skip why\n[in a]"));
}

TEST_F(RunMessages, OfAnAssertionInAThreadOfTheClosureComeToo) {
  const auto in_thread = [] { ADD_FAILURE() << "there"; };
  const auto texts = heard(__LINE__ - 1, [&] { a.run([&] { std::thread(in_thread).join(); }); });
  EXPECT_THAT(texts, ElementsAre("+0 nonfatal Failed\nthere\n[in a]"));
}

TEST_F(RunMessages, ShowTheTracesOfBothInsideAndOutside) {
  const int base = __LINE__;
  const auto test = [&] {
    SCOPED_TRACE("outside");
    a.run([] {
      SCOPED_TRACE("inside\nof two lines");
      ADD_FAILURE() << "deep";
    });
  };
  const auto texts = heard(base, test);
  const std::string here = std::string(__FILE__) + ":";
  EXPECT_THAT(texts, ElementsAre("+5 nonfatal Failed\ndeep\n[in a]\nGoogle Test trace:\n" + here +
                                 std::to_string(base + 4) + ": inside\nof two lines\n" + here +
                                 std::to_string(base + 2) + ": outside"));
}

TEST_F(RunMessages, AreAFailureOfTheCallThatAssertNoFatalFailureSees) {
  bool went_on = false;
  const auto guarded = [&] {
    ASSERT_NO_FATAL_FAILURE(a.run([] { FAIL() << "inside"; }));
    went_on = true;
  };
  EXPECT_THAT(heard(0, guarded), SizeIs(2));
  EXPECT_FALSE(went_on);
}

TEST_F(RunMessages, OfAnExceptionAreItsTypeAndText) {
  EXPECT_THAT(ends([] { throw std::out_of_range("boom"); }),
              "the closure in a threw std::out_of_range: boom");
  EXPECT_THAT(ends([]() -> int { throw 42; }), "the closure in a threw int");
}

TEST_F(RunMessages, OfAnUnwindingThatIsNoExceptionSayWhatItMayBe) {
  EXPECT_EQ(
      ends([] { ::pthread_exit(nullptr); }),
      "the closure in a was unwound by something else than a C++ exception: pthread_exit(3)?");
}

TEST_F(RunMessages, OfAClosureInAClosureSayWhereItBelongs) {
  EXPECT_EQ(ends([&] { b.run([] {}); }),
            "the closure in a threw std::logic_error: a closure cannot run another closure, nor a "
            "program: call it from the test");
  EXPECT_EQ(ends([&] { (void)a.exec({"true"}); }),
            "the closure in a threw std::logic_error: a closure cannot run another closure, nor a "
            "program: call it from the test");
  EXPECT_EQ(a.run([] { return Lab().add_node("own").exec({"true"}).exit_code; }), 0);
}

TEST_F(RunMessages, OfAJobThatAsksTheTestsNodesSayWhoMay) {
  const auto test = [&] { a.start([&] { (void)b.links(); }).join(); };
  const std::string line = std::to_string(__LINE__ - 1);
  EXPECT_THAT(heard(0, test),
              ElementsAre(EndsWith("the closure in a threw std::logic_error: run_test.cc:" + line +
                                   ": a closure of start() runs beside the test, and cannot use "
                                   "the test's node b: ask in the test, or in run()"),
                          "(test ended)"));
}

TEST_F(RunMessages, OfAnEndHaveTheLineOfTheCall) {
  const auto test = [&] { a.run([] { ::_exit(3); }); };
  const auto texts = heard(__LINE__ - 1, test);
  EXPECT_THAT(texts, ElementsAre("+0 fatal the closure in a left with status 3 before its end: it, "
                                 "or what it called, called exit(3) or _exit(2)",
                                 "(test ended)"));
}

[[gnu::noinline]] void give_up(volatile int& number) {
  number = number + 1;
  std::abort();
}
[[maybe_unused]] constexpr int kGiveUp = __LINE__ - 2;

TEST_F(RunMessages, OfASignalAreItsNameAndTheStack) {
  const std::string text = ends([] {
    volatile int number = 1;
    give_up(number);
  });
  constexpr const char* kStart =
      "the closure in a was killed by SIGABRT (Aborted):\n  abort in libc.so.6\n  ";
#ifdef VETHLAB_HAS_LIBDW
  const std::string at = " at " + std::string(__FILE__) + ":";
  EXPECT_THAT(text, StartsWith(kStart + ("(anonymous namespace)::give_up(int volatile&)" + at +
                                         std::to_string(kGiveUp) + "\n  ")));
  // As g++ names it, and as clang does.
  EXPECT_THAT(text, ContainsRegex("_Test::TestBody\\(\\)::(\\{lambda|[$]_)[^\n]*$"));
  EXPECT_THAT(text, EndsWith(at + std::to_string(__LINE__ - 10)));
#else
  EXPECT_THAT(text, StartsWith(std::string(kStart) + "messages_tests+0x"));
#endif
}

TEST_F(RunMessages, OfASigkillAreItsName) {
  EXPECT_EQ(ends([] { ::raise(SIGKILL); }), "the closure in a was killed by SIGKILL (Killed)");
}

// Another thread, or a SIGCHLD that is ignored, takes what only one can have.
TEST_F(RunMessages, OfAnEndWhoseStatusWasTakenSaySo) {
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) std::this_thread::yield();
  });
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  const std::string left = ends([] { ::_exit(3); });
  const std::string crashed = ends([] { std::abort(); });
  ::signal(SIGCHLD, before);
  stop = true;
  other.join();
  const std::string taken =
      "the closure in a ended, and its status was taken by a wait(2) of the test's";
  EXPECT_EQ(left, taken);
  EXPECT_THAT(crashed, StartsWith(taken + ":\n  abort in libc.so.6\n  "));
}

TEST_F(RunMessages, OfADeadlineAreTheTimeAndWhereItStood) {
  const auto waits = [] {
    while (true) ::pause();  // not its last call, which clang makes a jump
  };
  const std::string text = ends(waits, {.timeout = 50ms});
  EXPECT_THAT(text, StartsWith("the closure in a did not end in 50 ms, and was killed:\n  pause in "
                               "libc.so.6\n  "));
}

TEST_F(RunMessages, OfADeadlineTellOfTheTestsOtherThreads) {
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) std::this_thread::yield();
  });
  const std::string text = ends([] { ::pause(); }, {.timeout = 20ms});
  stop = true;
  other.join();
  EXPECT_THAT(text, EndsWith("\n(The test had 1 other thread at the fork: a lock that one of them "
                             "held stays locked inside.)"));
}

TEST_F(RunMessages, OfAClosureThatForksAndComesBackTwice) {
  const auto test = [&] {
    a.run([] {
      if (const pid_t child = ::fork(); child > 0) ::waitpid(child, nullptr, 0);
    });
  };
  EXPECT_THAT(heard(__LINE__ - 4, test),
              ElementsAre("+0 nonfatal a fork of the closure in a came back from it: it must end "
                          "by exec(3) or _exit(2)"));
}

TEST_F(RunMessages, OfAClosureThatClosesAllDescriptors) {
  EXPECT_EQ(ends([] { ::close_range(0, ~0U, 0); }),
            "the closure in a closed the descriptor by which it answers");
}

TEST_F(RunMessages, OfAReplyThatIsTooLarge) {
  EXPECT_EQ(ends([] { return std::string(1U << 28, 'x'); }),
            "the closure in a returned 268435464 bytes: 268435456 is the most");
}

TEST_F(RunMessages, OfWhatCameBeforeACrashAreNotLost) {
  const auto test = [&] {
    a.run([] {
      ADD_FAILURE() << "before";
      ::raise(SIGKILL);
    });
  };
  const auto texts = heard(__LINE__ - 5, test);
  EXPECT_THAT(texts, ElementsAre("+1 nonfatal Failed\nbefore\n[in a]",
                                 "+0 fatal the closure in a was killed by SIGKILL (Killed)",
                                 "(test ended)"));
}

TEST_F(RunMessages, OfPropertiesAreTheTests) {
  a.run([] { Test::RecordProperty("measured", "7"); });
  const TestResult& result = *UnitTest::GetInstance()->current_test_info()->result();
  ASSERT_EQ(result.test_property_count(), 1);
  EXPECT_STREQ(result.GetTestProperty(0).key(), "measured");
  EXPECT_STREQ(result.GetTestProperty(0).value(), "7");
}

TEST_F(RunMessages, OfAJobThatIsNotReadySayWhatIsMissing) {
  const StartOptions options{.ready = listens_on_tcp(80), .timeout = 30ms};
  const auto test = [&] { a.start([] { ::pause(); }, options); };
  const auto texts = heard(__LINE__ - 1, test);
  EXPECT_THAT(texts, ElementsAre("+0 fatal the closure in a was not ready in 30 ms: it is when it "
                                 "listens on TCP port 80",
                                 "(test ended)"));
}

TEST_F(RunMessages, OfAJobThatEndsTooEarlySayWhatItSaid) {
  const auto closure = [] { ADD_FAILURE() << "why"; };
  const auto test = [&] { a.start(closure, {.ready = listens_on_udp(53)}); };
  const auto texts = heard(__LINE__ - 1, test);
  EXPECT_THAT(texts, ElementsAre("+-1 nonfatal Failed\nwhy\n[in a]",
                                 "+0 fatal the closure in a ended before it listens on UDP port 53",
                                 "(test ended)"));
}

}  // namespace
