// EXPECT_REACHABILITY: who is asked for whom.
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/star.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(ReachabilityMatrix, OfAllAsksEachPairInBothFamilies) {
  LineNet net;
  EXPECT_REACHABILITY(net.lab, Reachability::all());
  net.b.shell("ip6tables -A INPUT -s fd00:1::2 -j DROP");
  EXPECT_REACHABILITY(net.lab, Reachability::all().only(Family::kIpv4));
  EXPECT_FALSE(has_reachability(net.lab, Reachability::all(), {.timeout = 100ms}));
}

TEST(ReachabilityMatrix, TakesExceptionsOneWayEach) {
  StarNet net;
  Node& guest = net.host(1);
  Node& server = net.host(2);
  for (const char* tables : {"iptables", "ip6tables"})
    server.shell(std::string(tables) + " -A INPUT -i eth0 -j DROP");
  for (const char* echo : {"iptables -I INPUT -p icmp --icmp-type echo-reply -j ACCEPT",
                           "ip6tables -I INPUT -p icmpv6 --icmpv6-type echo-reply -j ACCEPT",
                           "ip6tables -I INPUT -p icmpv6 --icmpv6-type 135 -j ACCEPT",
                           "ip6tables -I INPUT -p icmpv6 --icmpv6-type 136 -j ACCEPT"})
    server.shell(echo);
  EXPECT_REACHABILITY(net.lab,
                      Reachability::all()
                          .except(guest, server, GetsNoAnswer())
                          .except(net.host(3), server, GetsNoAnswer()),
                      {.timeout = 200ms});
}

TEST(ReachabilityMatrix, OfNoneTakesWhoIsReachedAfterAll) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  Node& c = lab.add_node("c");
  lab.connect(a, b);
  c.add_address("lo", "10.9.0.1/32");
  c.add_address("lo", "fd00:9::1/128");
  const auto no_route = FailsWith(ENETUNREACH);
  EXPECT_REACHABILITY(lab, Reachability::none(no_route).except(a, b).except(b, a));
}

TEST(ReachabilityMatrix, LeavesOutNodesWithoutAddressesAndFamiliesThatTwoDoNotShare) {
  Lab lab({.plan = {}});
  Node& sw = lab.add_switch("sw");
  Node& both = lab.add_node("both");
  Node& four = lab.add_node("four");
  Node& six = lab.add_node("six");
  lab.connect({both, "eth0", {"10.0.0.1/24", "fd00::1/64"}}, sw);
  lab.connect({four, "eth0", "10.0.0.2/24"}, sw);
  lab.connect({six, "eth0", "fd00::3/64"}, sw);
  EXPECT_REACHABILITY(lab, Reachability::all());
  // four and six share none: there is nothing to ask.
  EXPECT_THROW((void)has_reachability(lab, Reachability::all().among({four, six})),
               std::invalid_argument);
}

TEST(ReachabilityMatrix, IsBuiltStepByStepToo) {
  StarNet net;
  net.host(3).set_down("eth0");
  Reachability expected = Reachability::all();
  for (const int k : {1, 2}) expected.except(net.host(k), net.host(3), GetsNoAnswer());
  for (const int k : {1, 2}) expected.except(net.host(3), net.host(k), FailsWith(ENETUNREACH));
  EXPECT_REACHABILITY(net.lab, expected.only(Family::kIpv4), {.timeout = 100ms});
}

TEST(ReachabilityMatrix, AsksPortsTooWhereTheyAreNamed) {
  StarNet net;
  for (const int k : {1, 2, 3}) net.host(k).serve_echo(7);
  EXPECT_REACHABILITY(net.lab, Reachability::all().icmp().tcp(7).udp(7));
  net.host(3).drop("tcp dport 7");
  EXPECT_REACHABILITY(net.lab,
                      Reachability::all()
                          .tcp(7)
                          .except(net.host(1), net.host(3), GetsNoAnswer())
                          .except(net.host(2), net.host(3), GetsNoAnswer()),
                      {.timeout = 200ms});
  EXPECT_REACHABILITY(net.lab, Reachability::none(FailsWith(ECONNREFUSED)).tcp(8));
  EXPECT_THROW((void)Reachability::all().tcp(70000), std::invalid_argument);
}

// More than the kernel keeps neighbours (1560 of 1024, in each family).
TEST(ReachabilityMatrix, OfFortyNodesIsAsked) {
  StarNet net(40);
  EXPECT_REACHABILITY(net.lab, Reachability::all(), {.timeout = 10s});
}

TEST(ReachabilityMatrix, MayBeWaitedFor) {
  StarNet net;
  net.host(2).set_down("eth0");
  net.host(2).start([] { ASSERT_EQ(std::system("ip link set eth0 up"), 0); });
  EXPECT_EVENTUALLY(
      has_reachability(net.lab, Reachability::all().only(Family::kIpv4), {.timeout = 100ms}),
      IsTrue(), 30s);
}

}  // namespace
