// What a bridge does not pass on.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

struct BridgeFault : Test {
  Lab lab;
  Node& sw = lab.add_switch("sw");
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  Wire& left = lab.connect({a, "eth0", "10.0.0.1/24"}, {sw, "port0"});
  Wire& right = lab.connect({b, "eth0", "10.0.0.2/24"}, {sw, "port1"});
  void SetUp() override { ASSERT_REACHABLE(a, b); }
  std::string fault_of() { return why(reaches(a, b, kShort)); }
};

TEST_F(BridgeFault, PortMissing) {
  sw.set_nomaster("port1");
  EXPECT_EQ(fault_of(), "sw's port1, where b's wire ends, is not a port of br0");
}

TEST_F(BridgeFault, PortDown) {
  sw.set_down("port1");
  EXPECT_EQ(fault_of(), "sw's port1 is down");
}

TEST_F(BridgeFault, BridgeDown) {
  sw.set_down("br0");
  EXPECT_EQ(fault_of(), "sw's bridge br0 is down");
}

TEST_F(BridgeFault, PortsIsolated) {
  sw.shell(
      "ip link set port0 type bridge_slave isolated on; ip link set port1 type bridge_slave "
      "isolated on");
  EXPECT_EQ(fault_of(),
            "port0 and port1 are both isolated ports of sw's br0: they do not reach each other");
}

TEST_F(BridgeFault, FirewallOfTheBridge) {
  sw.nft(
      "table bridge f { chain passing { type filter hook forward priority 0; ether type ip drop; "
      "}; }");
  EXPECT_EQ(
      fault_of(),
      "sw's firewall drops it: rule \"ether type ip drop\" in chain passing of table bridge f");
}

TEST_F(BridgeFault, FirewallOfTheBridgeDropsArp) {
  sw.nft(
      "table bridge f { chain passing { type filter hook forward priority 0; ether type arp drop; "
      "}; }");
  a.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(
      fault_of(),
      "sw's firewall drops it: rule \"ether type arp drop\" in chain passing of table bridge f");
}

TEST_F(BridgeFault, FirewallOfTheBridgeDropsArpReplies) {
  sw.nft(
      "table bridge f { chain in { type filter hook prerouting priority 0; arp operation reply "
      "drop; }; }");
  a.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(
      fault_of(),
      "sw's firewall drops it: rule \"arp operation reply drop\" in chain in of table bridge f");
}

TEST_F(BridgeFault, HostBehindTheBridgeDown) {
  b.set_down("eth0");
  EXPECT_EQ(fault_of(), "b's eth0 is down, so that sw's port1 has no carrier");
}

}  // namespace
