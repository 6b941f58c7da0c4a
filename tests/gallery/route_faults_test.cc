// What is wrong with routes and rules.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

using RouteFault = Line;

TEST_F(RouteFault, NoneAtTheSource) {
  a.delete_route({.to = "default", .via = "10.0.1.1"});
  EXPECT_EQ(fault_of(),
            "a has no route to 10.0.2.2, and no default route (its networks: 10.0.1.0/24)");
}

TEST_F(RouteFault, NoneAtTheSourceOfIpv6) {
  a.delete_route({.to = "default", .via = "fd00:1::1"});
  EXPECT_EQ(fault_of6(),
            "a has no route to fd00:2::2, and no default route (its networks: fd00:1::/64)");
}

TEST_F(RouteFault, NoneOnTheRouter) {
  EXPECT_EQ(
      why(reaches(a, "192.0.2.1", kShort)),
      "r has no route to 192.0.2.1, and no default route (its networks: 10.0.1.0/24, 10.0.2.0/24)");
}

TEST_F(RouteFault, NoneBack) {
  b.delete_route({.to = "default", .via = "10.0.2.1"});
  EXPECT_EQ(fault_of(),
            "b took it in and cannot answer: b has no route to 10.0.1.2, and no default route (its "
            "networks: 10.0.2.0/24)");
}

TEST_F(RouteFault, NoneBackOfIpv6) {
  b.delete_route({.to = "default", .via = "fd00:2::1"});
  EXPECT_EQ(fault_of6(),
            "b took it in and cannot answer: b has no route to fd00:1::2, and no default route "
            "(its networks: fd00:2::/64)");
}

TEST_F(RouteFault, WrongGateway) {
  a.delete_route({.to = "default", .via = "10.0.1.1"});
  a.add_route({.to = "default", .via = "10.0.1.9"});
  EXPECT_EQ(fault_of(),
            "a's route \"default via 10.0.1.9 dev eth0\" leads to 10.0.1.9, which nobody in this "
            "lab has (on that network: "
            "r (10.0.1.1/24))");
}

TEST_F(RouteFault, MismatchedPrefixLengths) {
  a.delete_address("eth0", "10.0.1.2/24");
  a.add_address("eth0", "10.0.1.2/16");
  EXPECT_EQ(
      why(reaches(a, "10.0.2.2", kShort)),
      "a asks on eth0 for 10.0.2.2, which b has, but not on that network (b: 10.0.2.2/24 on eth0)");
}

TEST_F(RouteFault, MismatchedPrefixLengthsForTheWayBack) {
  b.delete_address("eth0", "10.0.2.2/24");
  b.add_address("eth0", "10.0.2.2/16");
  EXPECT_EQ(why(reaches(a, "10.0.2.2", kShort)),
            "b took it in and cannot answer: b asks on eth0 for 10.0.1.2, which a has, but not on "
            "that network (a: 10.0.1.2/24 on eth0)");
}

TEST(RouteFaultOfAPair, MismatchedPrefixLengths) {
  PairNet net;
  net.b.delete_address("eth0", "10.0.0.2/24");
  net.b.add_address("eth0", "10.0.0.130/25");
  EXPECT_EQ(why(reaches(net.a, "10.0.0.130", kShort)),
            "b took it in and cannot answer: b has no route to 10.0.0.1, and no default route (its "
            "networks: 10.0.0.128/25)");
}

TEST_F(RouteFault, BlackholeAtTheSource) {
  a.add_route({.type = "blackhole", .to = "10.0.2.0/24"});
  EXPECT_EQ(fault_of(), "a's route \"blackhole 10.0.2.0/24\" refuses it");
}

TEST_F(RouteFault, UnreachableAtTheSource) {
  a.add_route({.type = "unreachable", .to = "10.0.2.0/24"});
  EXPECT_EQ(fault_of(), "a's route \"unreachable 10.0.2.0/24\" refuses it");
}

TEST_F(RouteFault, ProhibitAtTheSource) {
  a.add_route({.type = "prohibit", .to = "10.0.2.0/24"});
  EXPECT_EQ(fault_of(), "a's route \"prohibit 10.0.2.0/24\" refuses it");
}

TEST_F(RouteFault, ThrowAtTheSource) {
  a.add_route({.type = "throw", .to = "10.0.2.0/24"});
  EXPECT_EQ(fault_of(),
            "a has no route to 10.0.2.2: its throw route \"throw 10.0.2.0/24\" ends the search in "
            "that table, and no other "
            "table has one");
}

TEST_F(RouteFault, BlackholeOnTheRouter) {
  r.add_route({.type = "blackhole", .to = "10.0.2.2/32"});
  EXPECT_EQ(fault_of(), "r's route \"blackhole 10.0.2.2\" refuses it");
}

TEST_F(RouteFault, UnreachableOnTheRouter) {
  r.add_route({.type = "unreachable", .to = "10.0.2.2/32"});
  EXPECT_EQ(fault_of(), "r's route \"unreachable 10.0.2.2\" refuses it");
}

TEST_F(RouteFault, ProhibitOnTheRouter) {
  r.add_route({.type = "prohibit", .to = "10.0.2.2/32"});
  EXPECT_EQ(fault_of(), "r's route \"prohibit 10.0.2.2\" refuses it");
}

TEST_F(RouteFault, BlackholeOnTheRouterOfIpv6) {
  r.add_route({.type = "blackhole", .to = "fd00:2::2/128"});
  EXPECT_EQ(fault_of6(), "r's route \"blackhole fd00:2::2\" refuses it");
}

TEST_F(RouteFault, RuleThatRefuses) {
  r.add_rule({.priority = 100, .from = "10.0.1.2/32", .action = "blackhole"});
  EXPECT_EQ(fault_of(), "r's rule \"100: from 10.0.1.2 blackhole\" refuses it");
}

TEST_F(RouteFault, RuleToAnotherTable) {
  r.add_route({.type = "blackhole", .to = "default", .table = 100});
  r.add_rule({.priority = 100, .from = "10.0.1.2/32", .table = 100});
  EXPECT_EQ(fault_of(),
            "r's route \"blackhole default table 100\" refuses it, by rule \"100: from 10.0.1.2 "
            "lookup 100\"");
}

TEST_F(RouteFault, ForwardingOff) {
  r.set_sysctl("net.ipv4.ip_forward", "0");
  EXPECT_EQ(
      fault_of(),
      "r does not forward (net.ipv4.ip_forward = 0): it took the packet in on eth0 and dropped it");
}

TEST_F(RouteFault, ForwardingOffOnOneInterface) {
  r.set_sysctl("net.ipv4.conf.eth0.forwarding", "0");
  EXPECT_EQ(fault_of(),
            "r does not forward (net.ipv4.conf.eth0.forwarding = 0): it took the packet in on eth0 "
            "and dropped it");
}

TEST_F(RouteFault, ForwardingOffOfIpv6) {
  r.set_sysctl("net.ipv6.conf.all.forwarding", "0");
  EXPECT_EQ(fault_of6(),
            "r does not forward (net.ipv6.conf.all.forwarding = 0): it took the packet in on eth0 "
            "and dropped it");
}

TEST_F(RouteFault, Loop) {
  LineNet net;
  Node& far = net.lab.add_node("far", {.forwarding = true});
  net.lab.connect({net.r, "eth2", "10.0.3.1/24"}, {far, "eth0", "10.0.3.2/24"});
  net.r.add_route({.to = "192.0.2.0/24", .via = "10.0.3.2"});
  far.add_route({.to = "default", .via = "10.0.3.1"});
  EXPECT_EQ(why(reaches(net.a, "192.0.2.1", kShort)),
            "a routing loop: r and far send it to each other until its ttl is used up");
}

}  // namespace
