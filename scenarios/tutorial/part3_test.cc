// Part 3 of the container-networking tutorial: out to the world and back.
#include "machine.h"

#include <iostream>

using namespace testing;
using namespace vethlab;

namespace {

constexpr const char* kQuestion = R"(
  Question 3: how does a container reach the world, and the world answer?

    uplink                    host                          netns0
    10.0.2.2 ────── eth0 10.0.2.15    br0 172.18.0.1
    8.8.8.8                            └── veth0 ── ceth0 172.18.0.10

  It takes an address on br0, a default route in netns0, forwarding in host, and one more thing: the
  uplink knows no way back to 172.18.0.10, so that host has to put its own address in its place.
)";

// As at the end of part 2, with one container.
struct MachineWithBridge : Machine {
  Node& netns0 = lab.add_node("netns0");

  MachineWithBridge() {
    lab.connect({host, "veth0"}, {netns0, "ceth0", "172.18.0.10/16"});
    host.add_bridge("br0");
    host.set_up("br0");
    host.set_master("veth0", "br0");
  }

  void give_the_bridge_an_address() { host.add_address("br0", "172.18.0.1/16"); }
  void give_netns0_a_default_route() { netns0.add_route({.to = "default", .via = "172.18.0.1"}); }
  void forward() { host.set_sysctl("net.ipv4.ip_forward", "1"); }
  void masquerade() {
    host.iptables("-t nat -A POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE");
  }
};

class Tutorial3 : public Test, protected MachineWithBridge {
 protected:
  static void SetUpTestSuite() { std::cout << kQuestion << '\n'; }
};

TEST_F(Tutorial3, Before_TheContainerAndTheHostCannotReachEachOther) {
  EXPECT_UNREACHABLE(host, "172.18.0.10", GetsNoAnswer());
  EXPECT_UNREACHABLE(netns0, "172.18.0.1", GetsNoAnswer());
}

TEST_F(Tutorial3, WithAnAddressOnTheBridgeTheyDo) {
  give_the_bridge_an_address();
  show(host, "ip route", host.routes());
  EXPECT_THAT(host.routes(),
              Contains(AllOf(To("172.18.0.0/16"), Dev("br0"), Proto("kernel"), Src("172.18.0.1"))));
  EXPECT_REACHABLE(netns0, "172.18.0.1");
  EXPECT_REACHABLE(host, netns0);
}

TEST_F(Tutorial3, Before_TheContainerHasNoRouteToTheHostsOtherAddress) {
  give_the_bridge_an_address();
  EXPECT_UNREACHABLE(netns0, "10.0.2.15", FailsWith(ENETUNREACH));
  EXPECT_UNREACHABLE(netns0, "8.8.8.8", FailsWith(ENETUNREACH));
}

TEST_F(Tutorial3, WithADefaultRouteTheHostsOtherAddressAnswers) {
  give_the_bridge_an_address();
  give_netns0_a_default_route();
  show(netns0, "ip route", netns0.routes());
  EXPECT_THAT(netns0.routes(), Contains(AllOf(To("default"), Via("172.18.0.1"), Dev("ceth0"))));
  EXPECT_REACHABLE(netns0, "10.0.2.15");
}

TEST_F(Tutorial3, Before_TheWorldIsSilentWithoutForwardingAndMasquerading) {
  give_the_bridge_an_address();
  give_netns0_a_default_route();
  Capture& seen = uplink.capture("eth0", "icmp");
  EXPECT_UNREACHABLE(netns0, "8.8.8.8", GetsNoAnswer());
  EXPECT_THAT(seen.packets(), IsEmpty()) << "host does not forward";
}

TEST_F(Tutorial3, Before_ForwardingAloneIsNotEnough) {
  give_the_bridge_an_address();
  give_netns0_a_default_route();
  forward();
  Capture& seen = uplink.capture("eth0", "icmp");
  EXPECT_UNREACHABLE(netns0, "8.8.8.8", GetsNoAnswer());
  show(uplink, "tcpdump -ni eth0 icmp", seen.packets());
  EXPECT_THAT(seen.packets(), Each(Src("172.18.0.10"))) << "the echo arrives, with no way back";
  EXPECT_THAT(seen.packets(), Not(IsEmpty()));
}

TEST_F(Tutorial3, Before_MasqueradingAloneIsNotEnough) {
  give_the_bridge_an_address();
  give_netns0_a_default_route();
  masquerade();
  EXPECT_UNREACHABLE(netns0, "8.8.8.8", GetsNoAnswer());
}

TEST_F(Tutorial3, WithBothTheWorldAnswers) {
  give_the_bridge_an_address();
  give_netns0_a_default_route();
  forward();
  masquerade();
  EXPECT_REACHABLE(netns0, "8.8.8.8");
}

TEST_F(Tutorial3, TheWorldSeesTheHostsAddress) {
  give_the_bridge_an_address();
  give_netns0_a_default_route();
  forward();
  masquerade();
  Capture& seen = uplink.capture("eth0", "icmp[icmptype] == icmp-echo");
  ASSERT_REACHABLE(netns0, "8.8.8.8");
  show(uplink, "tcpdump -ni eth0 icmp", seen.packets());
  EXPECT_THAT(seen.packets(), ElementsAre(AllOf(Src("10.0.2.15"), Dst("8.8.8.8"))));
}

}  // namespace
