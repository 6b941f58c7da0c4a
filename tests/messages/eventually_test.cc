// What EXPECT_EVENTUALLY and EXPECT_STAYS say when they fail. Moments differ: they are told as "T".
#include "failure_of.h"

#include <vethlab/fixtures/pair.h>

#include <functional>
#include <regex>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// What a body's failure says; times of the history (four spaces in) and counts replaced.
std::string told(const std::function<void()>& body) {
  const std::string text = std::regex_replace(
      failure_of(body), std::regex("\n    [0-9.]+ m?s( to [0-9.]+ m?s)?:"), "\n    T:");
  return std::regex_replace(std::regex_replace(text, std::regex("not at [0-9.]+ m?s"), "not at T"),
                            std::regex("asked [0-9]+ times"), "asked N times");
}

TEST(EventuallyMessages, TellTheQuestionTheTimeAndTheAnswers) {
  PairNet net;
  EXPECT_EQ(told([&] { EXPECT_EVENTUALLY(net.a.routes(), Contains(To("10.3.0.0/24")), 50ms); }),
            "Value of: net.a.routes()\n"
            "Expected: within 50 ms: contains at least one element that has to "
            "10.3.0.0/24\n"
            "  Actual: never, asked N times:\n"
            "    T:\n"
            "      10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1");
}

TEST(EventuallyMessages, MarkTheLastTable) {
  PairNet net;
  net.a.add_route({.to = "10.3.0.0/24", .via = "10.0.0.2"});
  EXPECT_EQ(told([&] {
              EXPECT_EVENTUALLY(net.a.routes(), Contains(AllOf(To("10.3.0.0/24"), Via("10.0.0.9"))),
                                0ms);
            }),
            "Value of: net.a.routes()\n"
            "Expected: within 0 s: contains at least one element that (has to 10.3.0.0/24) and "
            "(has via 10.0.0.9)\n"
            "  Actual: never, asked once:\n"
            "    T:\n"
            "      10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1\n"
            "    > 10.3.0.0/24 via 10.0.0.2 dev eth0    nearest: has via 10.0.0.2");
  EXPECT_THAT(told([&] { EXPECT_STAYS(net.a.routes(), SizeIs(1), 5s); }),
              EndsWith("\n    T:\n"
                       "      10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1\n"
                       "      10.3.0.0/24 via 10.0.0.2 dev eth0\n"
                       "      whose size 2 doesn't match"));
  EXPECT_THAT(told([&] { EXPECT_EVENTUALLY(net.b.rules(), IsEmpty(), 0ms); }),
              HasSubstr("\n      0:\tfrom all lookup local\n"));
}

TEST(EventuallyMessages, SayWhyTheLastAnswerDoesNotMatch) {
  PairNet net;
  EXPECT_THAT(told([&] { EXPECT_EVENTUALLY(net.a.link("eth0"), Mtu(1400), 20ms); }),
              AllOf(HasSubstr("Expected: within 20 ms: has mtu 1400\n"),
                    EndsWith(" link-netns b\n      which has mtu 1500")));
}

TEST(EventuallyMessages, TellEachAnswerOnce) {
  int asked = 0;
  EXPECT_EQ(told([&] { EXPECT_EVENTUALLY(++asked > 3 ? 2 : 1, Gt(7), 100ms); }),
            "Value of: ++asked > 3 ? 2 : 1\n"
            "Expected: within 100 ms: is > 7\n"
            "  Actual: never, asked N times:\n"
            "    T: 1\n"
            "    T: 2");
}

TEST(EventuallyMessages, TellWhatTheKernelRefused) {
  PairNet net;
  EXPECT_THAT(told([&] { EXPECT_EVENTUALLY(net.a.link("tun0"), IsUp(), 0ms); }),
              MatchesRegex("Value of: net.a.link.\"tun0\".\n"
                           "Expected: within 0 s: is up\n"
                           "  Actual: never, asked once:\n"
                           "    T: threw: eventually_test.cc:[0-9]+: show interface tun0 in a: No "
                           "such device"));
}

TEST(EventuallyMessages, OfAVerdictAreItsOwn) {
  PairNet net;
  EXPECT_THAT(
      told([&] {
        EXPECT_EVENTUALLY(reaches(net.a, "10.0.0.3", {.timeout = 50ms}), IsTrue(), 10ms);
      }),
      HasSubstr(
          "asked N times:\n    T:\n      Expected: a reaches 10.0.0.3\n        Actual: no answer "
          "in 0.05 s (1 echo sent)"));
}

TEST(StaysMessages, TellWhenItWasNotSo) {
  int asked = 0;
  EXPECT_EQ(told([&] { EXPECT_STAYS(++asked < 4, IsTrue(), 5s); }),
            "Value of: ++asked < 4\n"
            "Expected: for 5 s on end: is true\n"
            "  Actual: not at T, asked N times:\n"
            "    T: true\n"
            "    T: false");
  EXPECT_EQ(told([&] { EXPECT_STAYS(1, 2, 5s); }),
            "Value of: 1\n"
            "Expected: for 5 s on end: is equal to 2\n"
            "  Actual: not at T, asked once:\n"
            "    T: 1");
}

TEST(EventuallyMessages, OfABadTimeNameIt) {
  EXPECT_THAT([] { EXPECT_EVENTUALLY(1, 1, -1ms); },
              ThrowsMessage<std::invalid_argument>(MatchesRegex(
                  "eventually_test.cc:[0-9]+: EVENTUALLY: within -1 ms is not 0 ms to a day")));
  EXPECT_THAT([] { EXPECT_STAYS(1, 1, 25h); },
              ThrowsMessage<std::invalid_argument>(MatchesRegex(
                  "eventually_test.cc:[0-9]+: STAYS: during 90000000 ms is not 0 ms to a day")));
}

}  // namespace
