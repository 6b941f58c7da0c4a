// What TCP and UDP probes say when they fail, and servers of what they can't.
#include "gtest_words.h"
#include "text_of.h"

#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include <gtest/gtest-spi.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(ReachablePort, SaysThatItIsRefused) {
  PairNet net;
  EXPECT_EQ(text_of(reaches(net.a, tcp_to(net.b, 443))),
            "Expected: a reaches tcp port 443 of b (10.0.0.2)\n"
            "  Actual: ECONNREFUSED (Connection refused): a reset came back\n     Why: nobody in b "
            "listens on TCP port 443\n    Path: a ─ok→ b   and back: b ─ok→ a");
  EXPECT_EQ(text_of(reaches(net.a, udp_to("fd00::2", 53))),
            "Expected: a reaches udp port 53 of fd00::2\n"
            "  Actual: ICMP port unreachable (type 1, code 4) from fd00::2\n     Why: nobody in b "
            "listens on UDP port 53\n    Path: a ─ok→ b   which answered with that error");
}

TEST(ReachablePort, SaysThatNothingCame) {
  PairNet net;
  EXPECT_EQ(text_of(reaches(net.a, tcp_to("10.0.0.3", 443), {.timeout = 100ms})),
            "Expected: a reaches tcp port 443 of 10.0.0.3\n"
            "  Actual: no answer in 0.1 s (1 connection tried)\n     Why: a asks on eth0 for "
            "10.0.0.3, which nobody in this lab has (on that network: b (10.0.0.2/24))");
  EXPECT_EQ(text_of(reaches(net.a, udp_to("10.0.0.3", 53), {.count = 2, .timeout = 100ms})),
            "Expected: a reaches udp port 53 of 10.0.0.3\n"
            "  Actual: no answer in 0.1 s (2 datagrams sent)\n     Why: a asks on eth0 for "
            "10.0.0.3, which nobody in this lab has (on that network: b (10.0.0.2/24))");
}

TEST(ReachablePort, SaysThatNothingLeft) {
  PairNet net;
  EXPECT_EQ(text_of(reaches(net.a, tcp_to("192.0.2.1", 80))),
            "Expected: a reaches tcp port 80 of 192.0.2.1\n"
            "  Actual: ENETUNREACH (Network is unreachable) at once: no SYN left this node\n     "
            "Why: a has no route to 192.0.2.1, and no default route (its networks: 10.0.0.0/24)");
  EXPECT_EQ(
      text_of(reaches(net.a, udp_to("192.0.2.1", 80))),
      "Expected: a reaches udp port 80 of 192.0.2.1\n"
      "  Actual: ENETUNREACH (Network is unreachable) at once: no datagram left this node\n     "
      "Why: a has no route to 192.0.2.1, and no default route (its networks: 10.0.0.0/24)");
}

TEST(ReachablePort, SaysWhoAnsweredInstead) {
  LineNet net;
  net.r.serve_echo(7);
  net.r.add_address("lo", "10.0.2.2/32");
  EXPECT_EQ(text_of(reaches(net.a, tcp_to(net.b, 7))),
            "Expected: a reaches tcp port 7 of b (10.0.2.2)\n  Actual: answered by r, not by b\n   "
            "  Why: 10.0.2.2 is an address of r (lo) and of b (eth0)");
}

TEST(ReachablePort, SaysHowManyOfManyWereMade) {
  PairNet net;
  net.b.serve_echo(7);
  net.b.shell(
      "iptables -A INPUT -p tcp --syn -m statistic --mode nth --every 2 --packet 1 -j REJECT "
      "--reject-with tcp-reset");
  EXPECT_EQ(
      text_of(reaches(net.a, tcp_to(net.b, 7), {.count = 4})),
      "Expected: a reaches tcp port 7 of b (10.0.0.2)\n  Actual: 2 of 4 connections made; the "
      "others: ECONNREFUSED (Connection refused): a reset came back\n     Why: sent once more, it "
      "passes: what it was cannot be seen any more");
}

TEST(UnreachablePort, SaysThatItWasReached) {
  PairNet net;
  net.b.serve_echo(7);
  EXPECT_THAT(
      text_of(cannot_reach(net.a, tcp_to(net.b, 7), FailsWith(ECONNREFUSED))),
      MatchesRegex("Expected: a cannot reach tcp port 7 of b .10.0.0.2.: the probe fails at once "
                   "with ECONNREFUSED .Connection refused.\n  Actual: answered .1 of 1 connection "
                   "to tcp port 7 of b .10.0.0.2. made, rtt [0-9]+ us."));
  EXPECT_THAT(text_of(cannot_reach(net.a, udp_to("10.0.0.2", 7), GetsNoAnswer())),
              MatchesRegex("Expected: a cannot reach udp port 7 of 10.0.0.2: the probe gets no "
                           "answer at all\n  Actual: answered .1 of 1 datagram to udp port 7 of "
                           "10.0.0.2 answered, ttl 64, rtt [0-9]+ us."));
}

TEST(PortReports, PrintInOneLine) {
  PairNet net;
  EXPECT_EQ(PrintToString(net.a.probe(tcp_to(net.b, 80))),
            "0 of 1 connection to tcp port 80 of b (10.0.0.2) made, ECONNREFUSED (Connection "
            "refused): a reset came back");
  EXPECT_EQ(PrintToString(net.a.probe(udp_to("10.0.0.3", 80), {.timeout = 50ms})),
            "0 of 1 datagram to udp port 80 of 10.0.0.3 answered, no answer in 0.05 s");
}

TEST(Ports, ThatAreNoneAreRefused) {
  PairNet net;
  EXPECT_EQ(text_of([&] { (void)tcp_to(net.b, 0); }), "tcp_to: port 0 is not 1 to 65535");
  EXPECT_EQ(text_of([&] { (void)tcp_to(net.b, 70000); }), "tcp_to: port 70000 is not 1 to 65535");
  EXPECT_EQ(text_of([&] { (void)udp_to("10.0.0.2", -1); }), "udp_to: port -1 is not 1 to 65535");
  EXPECT_EQ(text_of([&] { net.b.serve_echo(0); }), "serve_echo: port 0 is not 1 to 65535");
  EXPECT_EQ(text_of([&] { net.b.serve_http(70000, ""); }),
            "serve_http: port 70000 is not 1 to 65535");
  EXPECT_EQ(text_of([&] { (void)udp_to(tcp_to(net.b, 80), 53); }),
            "udp_to: port 53 of tcp port 80 of b: that is one port already");
  EXPECT_THROW((void)tcp_to(net.b, 0), std::invalid_argument);
}

TEST(Ports, AreNotPinged) {
  PairNet net;
  const std::string why = "ping: an echo has no port: probe() asks tcp port 443 of b";
  EXPECT_EQ(text_of([&] { (void)net.a.ping(tcp_to(net.b, 443)); }), why);
  EXPECT_EQ(text_of([&] { (void)net.lab.ping({{net.a, tcp_to(net.b, 443)}}); }), why);
}

TEST(PortProbes, SayWhichOptionIsWrong) {
  PairNet net;
  EXPECT_EQ(text_of([&] { (void)net.a.probe(tcp_to(net.b, 80), {.count = 0}); }),
            "probe: count 0 is not 1 to 65535");
  EXPECT_EQ(text_of([&] { (void)net.a.probe(udp_to(net.b, 80), {.src = "10.0.0.9"}); }),
            "probe: src 10.0.0.9 is not an address of a");
  EXPECT_EQ(text_of([&] { (void)net.a.probe(udp_to(net.b, 80), {.src = "fd00::1"}); }),
            "probe: src fd00::1 and 10.0.0.2 are of different families");
}

TEST(Servers, SayThatAPortIsTaken) {
  PairNet net;
  net.b.serve_http(80, "");
  EXPECT_EQ(text_of([&] { net.b.serve_echo(80); }),
            "serve tcp port 80 in b: Address already in use");
}

// Kills the process that has the TCP port.
constexpr const char* kKillServer = R"sh(
  inode=$(awk '$2 ~ /:0050$/ { print $10 }' /proc/net/tcp6)
  for fd in /proc/[0-9]*/fd/*; do
    [ "$(readlink "$fd")" != "socket:[$inode]" ] || kill -KILL "$(echo "$fd" | cut -d/ -f3)"
  done
)sh";

TEST(Servers, ThatWereKilledSayHow) {
  PairNet net;
  Server& web = net.b.serve_http(80, "");
  net.b.shell(kKillServer);
  TestPartResultArray results;
  {
    const ScopedFakeTestPartResultReporter reporter(
        ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    EXPECT_THROW((void)web.clients(), AssertionException);
  }
  ASSERT_EQ(results.size(), 1);
  EXPECT_EQ(reported_text(results.GetTestPartResult(0)),
            "the closure in b was killed by SIGKILL (Killed)");
  EXPECT_EQ(text_of([&] { (void)web.clients(); }), "the server on port 80 of b does not answer");
}

TEST(Servers, PrintTheirClients) {
  EXPECT_EQ(PrintToString(ClientAddress{Transport::kTcp, "10.0.0.1", 40312}), "tcp 10.0.0.1:40312");
  EXPECT_EQ(PrintToString(ClientAddress{Transport::kUdp, "fd00::1", 53}), "udp [fd00::1]:53");
}

}  // namespace
