#include <vethlab/base/kernel_release.h>
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(Limits, DuplicateAddressDetectionIsOff) {
  PairNet net;
  net.b.add_address("eth0", "fd00::1/64");  // net.a's: nobody objects
  EXPECT_THAT(net.b.addresses(),
              Contains(AllOf(Inet("fd00::1/64"), Field(&InterfaceAddress::dadfailed, false),
                             Field(&InterfaceAddress::tentative, false))));
}

// One in a row for each of some five tokens, then one a second (net/ipv4/route.c, ip_error).
TEST(Limits, RouteErrorsToOneAddressAreRationed) {
  LineNet net;
  const ProbeReport report =
      net.a.ping("192.0.2.1", {.count = 30, .interval = 0ms, .timeout = 100ms});
  const auto errors =
      std::ranges::count_if(report.echoes, [](const Echo& echo) { return echo.icmp.has_value(); });
  EXPECT_THAT(errors, AllOf(Ge(1), Le(10)));
  EXPECT_THAT(report, GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));  // one is enough
}

// a's probes to eight nodes, to none of which r has a route, are more than the tokens.
TEST(Limits, AMatrixGetsFewRouteErrorsToOneNode) {
  LineNet net;
  Reachability few = Reachability::none(FailsWith(ENETUNREACH)).only(Family::kIpv4);
  Reachability some = few;
  few.among({net.a});
  some.among({net.a});
  for (int k = 1; k <= 12; ++k) {
    Node& node = net.lab.add_node("c" + std::to_string(k));
    node.add_address("lo", "10.9.0." + std::to_string(k) + "/32");
    few.among({node}).except(net.a, node, GetsIcmp(IcmpError::kNoRoute));
    some.among({node}).except(net.a, node, AnyOf(GetsIcmp(IcmpError::kNoRoute), GetsNoAnswer()));
  }
  const AssertionResult result = has_reachability(net.lab, few, {.timeout = 100ms});
  EXPECT_FALSE(result);
  EXPECT_THAT(result.message(), HasSubstr("no answer in 0.1 s"));
  EXPECT_REACHABILITY(net.lab, some, {.timeout = 100ms});
}

TEST(Limits, StaysDoesNotSeeWhatIsOverBeforeItAsks) {
  PairNet net;
  Monitor monitor = net.a.monitor();
  int asked = 0;
  const auto ask = [&] {
    auto routes = net.a.routes();
    if (++asked > 1) return routes;
    net.a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2"});
    net.a.delete_route({.to = "192.0.2.0/24"});
    return routes;
  };
  EXPECT_STAYS(ask(), Not(Contains(To("192.0.2.0/24"))), 50ms);
  EXPECT_GE(asked, 2);
  EXPECT_THAT(monitor.changes(),
              Contains(Field(&Change::object, VariantWith<Route>(To("192.0.2.0/24")))));
}

TEST(Limits, TheNeighbourTablesSizeIsNotTheNodes) {
  PairNet net;
  EXPECT_THROW((void)net.a.sysctl("net.ipv4.neigh.default.gc_thresh3"), std::system_error);
}

TEST(Limits, SettingsOfNeighboursAreIpNtablesWhereTheyAreNoSysctls) {
  PairNet net;
  net.a.shell("ip ntable change name arp_cache dev eth0 retrans 20");
  EXPECT_THAT(net.a.exec({"ip", "ntable", "show", "dev", "eth0"}),
              Prints(HasSubstr("retrans 20 ")));
  const auto sysctl = [&] { return net.a.sysctl("net.ipv4.neigh.eth0.retrans_time_ms"); };
  if (kernel_is_at_least(6, 1)) EXPECT_EQ(sysctl(), "20");
  else EXPECT_THROW((void)sysctl(), std::system_error);
}

// RFC 826: who is not told goes on sending to the old address, and nothing that the lab does not
// know of is told.
TEST(Limits, ANewMacAddressIsNotKnownByAPermanentNeighbour) {
  PairNet net;
  net.b.add_neighbour({.to = "10.0.0.1", .dev = "eth0", .lladdr = net.a.link("eth0").mac});
  net.a.set_mac("eth0", "02:00:00:00:77:01");
  EXPECT_UNREACHABLE(net.b, "10.0.0.1", GetsNoAnswer(), {.timeout = 50ms});
}

TEST(Limits, APacketThatWaitsForANeighbourIsLostAtTheNextChange) {
  PairNet net;
  const UniqueFd udp = net.a.socket(AF_INET, SOCK_DGRAM);
  const SocketAddress late = socket_address("10.0.0.7", 9);
  ASSERT_EQ(::sendto(udp.get(), "x", 1, 0, late.get(), late.size), 1);
  EXPECT_THAT(net.a.neighbours(), Contains(Field(&Neighbour::to, IpAddress("10.0.0.7"))));
  net.b.add_address("eth0", "10.0.0.7/24");
  EXPECT_THAT(net.a.neighbours(), Not(Contains(Field(&Neighbour::to, IpAddress("10.0.0.7")))));
}

// Only where it has an answer, or has given up, or somebody writes it (neigh_notify's callers in net/core/neighbour.c).
TEST(Limits, ANeighbourThatIsAskedForIsAnnouncedAtTheEnd) {
  PairNet net;
  Monitor monitor = net.a.monitor();
  const UniqueFd udp = net.a.socket(AF_INET, SOCK_DGRAM);
  const SocketAddress nobody = socket_address("10.0.0.7", 9);
  ASSERT_EQ(::sendto(udp.get(), "x", 1, 0, nobody.get(), nobody.size), 1);
  ASSERT_THAT(net.a.neighbours(), Contains(AllOf(To("10.0.0.7"), State("INCOMPLETE"))));
  ASSERT_EVENTUALLY(net.a.neighbours(), Contains(AllOf(To("10.0.0.7"), State("FAILED"))));
  EXPECT_THAT(monitor.changes(),
              AllOf(Contains(Announces<Neighbour>(AllOf(To("10.0.0.7"), State("FAILED")))),
                    Not(Contains(Announces<Neighbour>(State("INCOMPLETE"))))));
}

// Addresses of another interface answer ARP, but not neighbour discovery (RFC 4861, 7.2.3).
TEST(Limits, AnIpv6AddressAnswersOnItsOwnLinkOnly) {
  PairNet net;
  net.b.add_address("lo", "10.0.0.7/32");
  net.b.add_address("lo", "fd00::7/128");
  EXPECT_REACHABLE(net.a, "10.0.0.7");
  EXPECT_UNREACHABLE(net.a, "fd00::7", GetsNoAnswer(), {.timeout = 50ms});
}

TEST(Limits, SpanningTreeLetsAPortWaitLongerThanThePatience) {
  Lab lab({.patience = 200ms});
  Node& a = lab.add_node("a");
  lab.connect({a, "eth0"}, {lab.add_node("b"), "eth0"});
  a.add_bridge("br0");
  a.shell("ip link set br0 type bridge stp_state 1");
  a.set_up("br0");
  EXPECT_THAT([&] { a.set_master("eth0", "br0"); }, ThrowsErrno(ETIMEDOUT));
  a.set_down("eth0");
  EXPECT_THAT([&] { a.set_up("eth0"); }, ThrowsErrno(ETIMEDOUT));
}

// bash without pipefail, as the shell of a script that is pasted from somewhere.
TEST(Limits, OfAPipelineTheLastCommandsStatusCounts) {
  const PairNet net;
  net.a.shell("false | true");
  EXPECT_THROW(net.a.shell("set -o pipefail; false | true"), std::runtime_error);
}

TEST(Limits, ALargerMtuThanTheFarEndsIsSilentLoss) {
  PairNet net;
  net.b.set_mtu("eth0", 1300);
  EXPECT_UNREACHABLE(net.a, net.b, GetsNoAnswer(),
                     {.timeout = 50ms, .payload = 1400, .dont_fragment = true});
}

}  // namespace
