// Part 2 of the container-networking tutorial: several containers on one host.
#include "machine.h"

#include <iostream>

using namespace testing;
using namespace vethlab;

namespace {

constexpr const char* kQuestion = R"(
  Question 2: how do several containers share one host?

    uplink                 host                        netns0
    10.0.2.2 ── eth0 10.0.2.15   veth0 ────────── ceth0 172.18.0.10
    8.8.8.8                      veth1 ────────── ceth1 172.18.0.20
                                                       netns1

  An address on each of veth0 and veth1 makes two routes to one network, of which the first wins.
  As ports of a bridge, br0, they need none.
)";

class Tutorial2 : public Test, protected Machine {
 protected:
  static void SetUpTestSuite() { std::cout << kQuestion << '\n'; }

  Node& netns0 = lab.add_node("netns0");
  Node& netns1 = lab.add_node("netns1");

  // As in part 1, once for each container.
  void connect_both_to_the_host() {
    lab.connect({host, "veth0", "172.18.0.11/16"}, {netns0, "ceth0", "172.18.0.10/16"});
    lab.connect({host, "veth1", "172.18.0.21/16"}, {netns1, "ceth1", "172.18.0.20/16"});
  }

  // ip link add br0 type bridge; ip link set veth0 master br0; ip link set veth1 master br0
  void connect_both_to_a_bridge() {
    lab.connect({host, "veth0"}, {netns0, "ceth0", "172.18.0.10/16"});
    lab.connect({host, "veth1"}, {netns1, "ceth1", "172.18.0.20/16"});
    host.add_bridge("br0");
    host.set_up("br0");
    host.set_master("veth0", "br0");
    host.set_master("veth1", "br0");
  }
};

TEST_F(Tutorial2, Before_TwoAddressesOfOneNetworkMakeTwoRoutesToIt) {
  connect_both_to_the_host();
  show(host, "ip route", host.routes());
  EXPECT_THAT(host.routes(),
              ElementsAre(To("default"), To("10.0.2.0/24"),
                          AllOf(To("172.18.0.0/16"), Dev("veth0"), Src("172.18.0.11")),
                          AllOf(To("172.18.0.0/16"), Dev("veth1"), Src("172.18.0.21"))));
}

TEST_F(Tutorial2, Before_TheFirstRouteWinsForBothContainers) {
  connect_both_to_the_host();
  show(host, "ip route get 172.18.0.20  ", host.route_to("172.18.0.20"));
  EXPECT_THAT(host.route_to("172.18.0.10"), Dev("veth0"));
  EXPECT_THAT(host.route_to("172.18.0.20"), Dev("veth0"));
}

TEST_F(Tutorial2, Before_Netns1AndTheHostCannotReachEachOther) {
  connect_both_to_the_host();
  EXPECT_REACHABLE(host, "172.18.0.10");
  EXPECT_UNREACHABLE(host, "172.18.0.20", GetsNoAnswer());
  EXPECT_UNREACHABLE(netns1, "172.18.0.21", GetsNoAnswer());
}

TEST_F(Tutorial2, Before_TheContainersCannotReachEachOther) {
  connect_both_to_the_host();
  EXPECT_UNREACHABLE(netns0, "172.18.0.20", GetsNoAnswer());
  EXPECT_UNREACHABLE(netns1, "172.18.0.10", GetsNoAnswer());
}

TEST_F(Tutorial2, OnABridgeTheContainersReachEachOther) {
  connect_both_to_a_bridge();
  show(host, "ip link", host.links());
  EXPECT_THAT(host.links(), AllOf(Contains(AllOf(Named("veth0"), Master("br0"))),
                                  Contains(AllOf(Named("veth1"), Master("br0")))));
  EXPECT_REACHABLE(netns0, netns1, {.count = 2});
  EXPECT_REACHABLE(netns1, netns0, {.count = 2});
}

TEST_F(Tutorial2, OnABridgeTheContainersKnowEachOthersMac) {
  connect_both_to_a_bridge();
  ASSERT_REACHABLE(netns0, netns1);
  show(netns0, "ip neighbour", netns0.neighbours());
  const auto knows = [](const Node& who, const char* address, const std::string& mac) {
    EXPECT_THAT(who.neighbours(), Contains(AllOf(Field(&Neighbour::to, IpAddress(address)),
                                                 Field(&Neighbour::lladdr, mac))));
  };
  knows(netns0, "172.18.0.20", netns1.link("ceth1").mac);
  knows(netns1, "172.18.0.10", netns0.link("ceth0").mac);
}

TEST_F(Tutorial2, TheBridgeKnowsBehindWhichPortEachIs) {
  connect_both_to_a_bridge();
  ASSERT_REACHABLE(netns0, netns1);
  show(host, "bridge fdb", host.fdb());
  const std::string mac0 = netns0.link("ceth0").mac;
  const std::string mac1 = netns1.link("ceth1").mac;
  EXPECT_THAT(host.fdb(), AllOf(Contains(AllOf(Mac(mac0), Dev("veth0"), Master("br0"))),
                                Contains(AllOf(Mac(mac1), Dev("veth1"), Master("br0")))));
}

TEST_F(Tutorial2, TheHostHasNoRouteToThemAnyMore) {
  connect_both_to_a_bridge();
  show(host, "ip route", host.routes());
  EXPECT_THAT(host.routes(), ElementsAre(To("default"), To("10.0.2.0/24")));
  EXPECT_THAT(host.route_to("172.18.0.10"), AllOf(Via("10.0.2.2"), Dev("eth0")));
  EXPECT_UNREACHABLE(host, "172.18.0.10", GetsNoAnswer());
}

}  // namespace
