// What EXPECT_REACHABLE and EXPECT_UNREACHABLE say when they fail, on real networks.
#include "text_of.h"

#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(Reachable, SaysThatNothingCame) {
  PairNet net;
  EXPECT_EQ(
      text_of(reaches(net.a, "10.0.0.3", {.timeout = 100ms})),
      "Expected: a reaches 10.0.0.3\n  Actual: no answer in 0.1 s (1 echo sent)\n     Why: a asks "
      "on eth0 for 10.0.0.3, which nobody in this lab has (on that network: b (10.0.0.2/24))");
}

TEST(Reachable, SaysThatNoEchoLeft) {
  PairNet net;
  EXPECT_EQ(
      text_of(reaches(net.a, "192.0.2.1")),
      "Expected: a reaches 192.0.2.1\n  Actual: ENETUNREACH (Network is unreachable) at once: "
      "no echo left this node\n     Why: a has no route to 192.0.2.1, and no default route (its "
      "networks: 10.0.0.0/24)");
}

TEST(Reachable, SaysWhoSaidNo) {
  LineNet net;
  EXPECT_EQ(text_of(reaches(net.a, "192.0.2.1")),
            "Expected: a reaches 192.0.2.1\n  Actual: ICMP no route (type 3, code 0) from "
            "10.0.1.1\n     Why: r has no route to 192.0.2.1, and no default route (its networks: "
            "10.0.1.0/24, 10.0.2.0/24)\n    Path: a ─ok→ r ─✗");
  EXPECT_EQ(text_of(reaches(net.a, "2001:db8::1")),
            "Expected: a reaches 2001:db8::1\n  Actual: ICMP no route (type 1, code 0) from "
            "fd00:1::1\n     Why: r has no route to 2001:db8::1, and no default route (its "
            "networks: fd00:1::/64, fd00:2::/64)\n    Path: a ─ok→ r ─✗");
}

TEST(Reachable, SaysWhoAnsweredInstead) {
  LineNet net;
  net.r.add_address("lo", "10.0.2.2/32");
  EXPECT_EQ(text_of(reaches(net.a, net.b)),
            "Expected: a reaches b (10.0.2.2)\n  Actual: answered by r, not by b\n     Why: "
            "10.0.2.2 is an address of r (lo) and of b (eth0)");
}

TEST(Reachable, SaysHowManyOfManyWereAnswered) {
  PairNet net;
  net.b.shell("iptables -A INPUT -p icmp -m statistic --mode nth --every 2 --packet 1 -j DROP");
  EXPECT_EQ(text_of(reaches(net.a, net.b, {.count = 4, .timeout = 100ms})),
            "Expected: a reaches b (10.0.0.2)\n  Actual: 2 of 4 echoes answered; the others: no "
            "answer in 0.1 s (4 echoes sent)\n     Why: sent once more, it passes: what it was "
            "cannot be seen any more");
}

TEST(Unreachable, SaysThatItWasAnswered) {
  PairNet net;
  EXPECT_THAT(text_of(cannot_reach(net.a, net.b, GetsNoAnswer())),
              MatchesRegex("Expected: a cannot reach b .10.0.0.2.: the probe gets no answer at "
                           "all\n  Actual: answered .1 of 1 echo to b .10.0.0.2. answered, ttl 64, "
                           "rtt [0-9]+ us."));
}

TEST(Unreachable, SaysThatItWasForAnotherReason) {
  PairNet net;
  EXPECT_EQ(text_of(cannot_reach(net.a, "192.0.2.1", GetsNoAnswer())),
            "Expected: a cannot reach 192.0.2.1: the probe gets no answer at all\n  Actual: "
            "ENETUNREACH (Network is unreachable) at once: no echo left this node\n     Why: a has "
            "no route to 192.0.2.1, and no default route (its networks: 10.0.0.0/24)");
  EXPECT_EQ(text_of(cannot_reach(net.a, "10.0.0.3", FailsWith(ENETUNREACH), {.timeout = 100ms})),
            "Expected: a cannot reach 10.0.0.3: the probe fails at once with ENETUNREACH (Network "
            "is unreachable)\n  Actual: no answer in 0.1 s (1 echo sent)\n     Why: a asks on eth0 "
            "for 10.0.0.3, which nobody in this lab has (on that network: b (10.0.0.2/24))");
}

TEST(Unreachable, SaysWhoSaidNoInstead) {
  LineNet net;
  EXPECT_EQ(text_of(cannot_reach(net.a, "8.8.8.8", FailsWith(ENETUNREACH))),
            "Expected: a cannot reach 8.8.8.8: the probe fails at once with ENETUNREACH (Network "
            "is unreachable)\n  Actual: ICMP no route (type 3, code 0) from 10.0.1.1\n     Why: r "
            "has no route to 8.8.8.8, and no default route (its networks: 10.0.1.0/24, "
            "10.0.2.0/24)\n    Path: a ─ok→ r ─✗");
}

// A list stands apart from GoogleTest's words, an entry a line.
TEST(Lists, PrintAsIpDoes) {
  PairNet net;
  net.a.add_route({.to = "default", .via = "10.0.0.2"});
  EXPECT_EQ(PrintToString(net.a.routes()),
            "\ndefault via 10.0.0.2 dev eth0\n10.0.0.0/24 dev eth0 proto kernel scope link src "
            "10.0.0.1");
  EXPECT_EQ(PrintToString(std::vector<Neighbour>()), "(none)");
}

}  // namespace
