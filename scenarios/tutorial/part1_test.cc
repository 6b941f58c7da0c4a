// Part 1 of the container-networking tutorial: one container and its host.
#include "machine.h"

#include <unistd.h>

#include <iostream>
#include <string>

using namespace testing;
using namespace vethlab;

namespace {

constexpr const char* kQuestion = R"(
  Question 1: how is a container's network isolated, and connected to its host?

    uplink                    host                        netns0
    10.0.2.2 ────── eth0 10.0.2.15
    8.8.8.8                   veth0 172.18.0.11 ── ceth0 172.18.0.10

  By a network namespace of its own, and a pair of virtual Ethernet devices with an end in each.
)";

class Tutorial1 : public Test, protected Machine {
 protected:
  static void SetUpTestSuite() { std::cout << kQuestion << '\n'; }

  // ip netns add netns0
  Node& add_netns0() { return lab.add_node("netns0", {.loopback = false}); }

  // ip link add veth0 type veth peer name ceth0; ip link set ceth0 netns netns0
  Node& add_netns0_with_ceth0() {
    Node& netns0 = add_netns0();
    host.add_veth("veth0", "ceth0");
    host.move("ceth0", netns0);
    return netns0;
  }

  // … and both ends addressed and up.
  Node& add_connected_netns0() {
    Node& netns0 = add_netns0_with_ceth0();
    host.set_up("veth0");
    host.add_address("veth0", "172.18.0.11/16");
    netns0.set_up("lo");
    netns0.set_up("ceth0");
    netns0.add_address("ceth0", "172.18.0.10/16");
    return netns0;
  }
};

TEST_F(Tutorial1, Row01_TheHostHasAnEth0AndADefaultRoute) {
  show(host, "ip link", host.links());
  show(host, "ip route", host.routes());
  EXPECT_THAT(host.link("lo"), IsUp());
  EXPECT_THAT(host.link("eth0"), AllOf(IsUp(), Mtu(1500)));
  EXPECT_THAT(host.routes(),
              ElementsAre(AllOf(To("default"), Via("10.0.2.2"), Dev("eth0"), Metric(100u)),
                          AllOf(To("10.0.2.0/24"), Dev("eth0"), Proto("kernel"), Scope("link"),
                                Src("10.0.2.15"))));
  EXPECT_REACHABLE(host, "8.8.8.8");
}

// What inspect-net-stack.sh shows, as one text: devices, addresses, routes, rules, firewall.
TEST_F(Tutorial1, Row01_TheHostsFirewallHasOneChainOfItsOwn) {
  const Snapshot before = host.snapshot();
  EXPECT_THAT(host.snapshot(), IsUnchangedSince(before));
  host.shell("iptables -N ROOT_NS");
  const Snapshot inspected = host.snapshot();
  std::cout << inspected.text;
  EXPECT_THAT(inspected, Not(IsUnchangedSince(before)));
  EXPECT_THAT(inspected.text, HasSubstr("\n# iptables-save\n*filter\n"
                                        ":INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n"
                                        ":ROOT_NS -\nCOMMIT\n"));
}

TEST_F(Tutorial1, Row02_ANamedNamespaceIsListed) {
  Node& netns0 = add_netns0();
  EXPECT_THAT(lab.nodes(), ElementsAre(&uplink, &host, &netns0));
  EXPECT_EQ(&lab.node("netns0"), &netns0);
  const ProgramResult names = host.exec({"ls", "/run/netns"});
  std::cout << "  host# ls /run/netns\n" << names.out;
  EXPECT_EQ(names.out, "host\nnetns0\nuplink\n");  // the lab's own, not the machine's
}

// Which network namespace this code runs in: namespaces(7).
std::string namespace_here() {
  char name[64] = {};
  EXPECT_GT(::readlink("/proc/self/ns/net", name, sizeof name - 1), 0);
  return name;
}

TEST_F(Tutorial1, Row03_CodeRunsInItAndNotInTheHost) {
  Node& netns0 = add_netns0();
  const std::string inside = netns0.run(namespace_here);
  std::cout << "  netns0: " << inside << ", host: " << host.run(namespace_here) << "\n";
  EXPECT_EQ(inside + "\n", netns0.exec({"readlink", "/proc/self/ns/net"}).out);
  EXPECT_NE(inside, host.run(namespace_here));
  EXPECT_NE(inside, namespace_here()) << "the test process itself enters none";
}

// A kernel with fallback tunnel modules loaded puts their devices into every namespace.
Matcher<const Link&> IsFallbackTunnel() {
  return Named(AnyOf("tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0",
                     "ip6tnl0", "ip6gre0"));
}

TEST_F(Tutorial1, Row04_ANewNamespaceHasLoDownAndNothingElse) {
  Node& netns0 = add_netns0();
  show(netns0, "ip link", netns0.links());
  show(netns0, "ip route", netns0.routes());
  EXPECT_THAT(netns0.links(), Each(AnyOf(Named("lo"), IsFallbackTunnel())));
  EXPECT_THAT(netns0.link("lo"), AllOf(IsDown(), Qdisc("noop"), State(OperState::kDown)));
  EXPECT_THAT(netns0.addresses(), IsEmpty());
  EXPECT_THAT(netns0.routes(), IsEmpty());
  EXPECT_THAT(netns0.routes({.family = Family::kIpv6}), IsEmpty());
}

TEST_F(Tutorial1, Row05_AVethPairIsBornInTheHostAndDown) {
  host.add_veth("veth0", "ceth0");
  show(host, "ip link", host.links());
  const Link veth0 = host.link("veth0");
  const Link ceth0 = host.link("ceth0");
  EXPECT_EQ(veth0.peer_index, ceth0.index);
  EXPECT_EQ(ceth0.peer_index, veth0.index);
  for (const Link& end : {veth0, ceth0}) {
    EXPECT_THAT(end, AllOf(IsDown(), Qdisc("noop"), Mtu(1500), State(OperState::kDown)));
    EXPECT_FALSE(end.lower_up);
    EXPECT_THAT(end.flags, ElementsAre("BROADCAST", "MULTICAST", "M-DOWN"));
  }
}

TEST_F(Tutorial1, Row06_OneEndMovesToNetns0AndKeepsItsMac) {
  Node& netns0 = add_netns0();
  host.add_veth("veth0", "ceth0");
  const std::string mac = host.link("ceth0").mac;
  host.move("ceth0", netns0);
  show(host, "ip link", host.links());
  show(netns0, "ip link", netns0.links());
  EXPECT_THAT(host.links(), Not(Contains(Named("ceth0"))));
  EXPECT_THAT(netns0.links(), Contains(AllOf(Named("ceth0"), Mac(mac))));
  EXPECT_EQ(host.link("veth0").peer_index, netns0.link("ceth0").index);
  EXPECT_EQ(host.link("veth0").link_netns, "netns0");
  EXPECT_TRUE(netns0.link("ceth0").link_netnsid.has_value());
}

TEST_F(Tutorial1, Row07_BothEndsUpCarry) {
  Node& netns0 = add_connected_netns0();
  show(netns0, "ip link", netns0.links());
  for (const Link& end : {host.link("veth0"), netns0.link("ceth0")}) {
    EXPECT_TRUE(end.up);
    EXPECT_TRUE(end.lower_up);
    EXPECT_THAT(end, AllOf(State(OperState::kUp), Qdisc("noqueue")));
  }
  EXPECT_THAT(netns0.link("lo"), AllOf(IsUp(), State(OperState::kUnknown)));
}

TEST_F(Tutorial1, Row08_EachEndHasItsAddress) {
  Node& netns0 = add_connected_netns0();
  show(netns0, "ip -oneline address", netns0.addresses());
  EXPECT_THAT(host.addresses(), Contains(AllOf(Inet("172.18.0.11/16"), Dev("veth0"))));
  EXPECT_THAT(netns0.addresses(), Contains(AllOf(Inet("172.18.0.10/16"), Dev("ceth0"))));
}

TEST_F(Tutorial1, Row09_TheyPingEachOther) {
  Node& netns0 = add_connected_netns0();
  const ProbeReport in = netns0.ping("172.18.0.11", {.count = 2});
  const ProbeReport out = host.ping("172.18.0.10", {.count = 2});
  std::cout << "  netns0: " << PrintToString(in) << "\n  host: " << PrintToString(out) << "\n";
  for (const ProbeReport& report : {in, out}) {
    EXPECT_EQ(report.sent, 2);
    EXPECT_EQ(report.received, 2);
    EXPECT_THAT(report, Ttl(64));
  }
  EXPECT_REACHABLE(netns0, host, {.count = 2});
  EXPECT_REACHABLE(host, netns0, {.count = 2});
}

TEST_F(Tutorial1, Row10_TheRestOfTheWorldIsUnreachableAtOnce) {
  Node& netns0 = add_connected_netns0();
  std::cout << "  netns0: " << PrintToString(netns0.ping("10.0.2.15")) << "\n";
  EXPECT_UNREACHABLE(netns0, "10.0.2.15", FailsWith(ENETUNREACH));
  EXPECT_UNREACHABLE(netns0, "8.8.8.8", FailsWith(ENETUNREACH));
}

TEST_F(Tutorial1, Row11_Netns0HasOneRoute) {
  Node& netns0 = add_connected_netns0();
  show(netns0, "ip route", netns0.routes());
  EXPECT_THAT(netns0.routes(), ElementsAre(AllOf(To("172.18.0.0/16"), Dev("ceth0"), Proto("kernel"),
                                                 Scope("link"), Src("172.18.0.10"))));
}

TEST_F(Tutorial1, Row12_TheHostHasAThirdRoute) {
  add_connected_netns0();
  show(host, "ip route", host.routes());
  EXPECT_THAT(host.routes(),
              ElementsAre(AllOf(To("default"), Via("10.0.2.2"), Dev("eth0"), Metric(100u)),
                          AllOf(To("10.0.2.0/24"), Dev("eth0"), Src("10.0.2.15")),
                          AllOf(To("172.18.0.0/16"), Dev("veth0"), Proto("kernel"), Scope("link"),
                                Src("172.18.0.11"))));
}

TEST_F(Tutorial1, Row13_AHostAddressMakesNoRoute) {
  Node& netns0 = add_netns0_with_ceth0();
  host.set_up("veth0");
  netns0.set_up("ceth0");
  netns0.add_address("ceth0", "172.18.0.10/32");
  EXPECT_THAT(netns0.routes(), IsEmpty());
}

TEST_F(Tutorial1, Row13_ADeviceThatIsDownMakesNoRoute) {
  Node& netns0 = add_netns0_with_ceth0();
  netns0.add_address("ceth0", "172.18.0.10/16");
  EXPECT_THAT(netns0.routes(), IsEmpty());
  host.set_up("veth0");
  netns0.set_up("ceth0");
  EXPECT_THAT(netns0.routes(), ElementsAre(To("172.18.0.0/16")));
  netns0.set_down("ceth0");
  EXPECT_THAT(netns0.routes(), IsEmpty());
}

TEST_F(Tutorial1, Row13_TheRouteGoesWithTheAddress) {
  Node& netns0 = add_connected_netns0();
  netns0.delete_address("ceth0", "172.18.0.10/16");
  EXPECT_THAT(netns0.routes(), IsEmpty());
  EXPECT_UNREACHABLE(netns0, "172.18.0.11", FailsWith(ENETUNREACH));
}

TEST_F(Tutorial1, Row13_OutsideOfTheConnectedPrefixThereIsNoRoute) {
  Node& netns0 = add_connected_netns0();
  EXPECT_THAT(netns0.route_to("172.18.255.254"), Dev("ceth0"));
  EXPECT_UNREACHABLE(netns0, "172.19.0.1", FailsWith(ENETUNREACH));
}

}  // namespace
