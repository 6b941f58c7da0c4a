// What a bridge does not pass on.
#include "bridged.h"

#include <system_error>

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

struct BridgeFault : Bridged {
  void SetUp() override { ASSERT_REACHABLE(a, b); }
  // What b sends does not teach the bridge better.
  void takes_to_be_behind(const std::string& port) {
    sw.shell("PATH=$PATH:/usr/sbin; bridge link set dev port1 learning off; bridge fdb replace " +
             b.link("eth0").mac + " dev " + port + " master static");
  }
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
  EXPECT_EQ(fault_of(),
            "sw's firewall drops the ARP request for 10.0.0.2: rule \"ether type arp drop\" in "
            "chain passing of table bridge f");
}

TEST_F(BridgeFault, FirewallOfTheBridgeDropsArpReplies) {
  sw.nft(
      "table bridge f { chain in { type filter hook prerouting priority 0; arp operation reply "
      "drop; }; }");
  a.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(fault_of(),
            "sw's firewall drops the ARP reply of 10.0.0.2: rule \"arp operation reply drop\" in "
            "chain in of table bridge f");
}

TEST_F(BridgeFault, FirewallOfIpThatTheBridgeAsks) {
  try {
    sw.set_sysctl("net.bridge.bridge-nf-call-iptables", "1");
  } catch (const std::system_error& error) {
    GTEST_SKIP() << "no bridge netfilter here (modprobe br_netfilter): " << error.what();
  }
  sw.iptables("-P FORWARD DROP");
  const testing::AssertionResult verdict = reaches(a, b, kShort);
  EXPECT_EQ(why(verdict),
            "sw's firewall drops it: the policy of chain FORWARD of table ip filter is drop");
  EXPECT_THAT(verdict.message(),
              HasSubstr("net.bridge.bridge-nf-call-iptables = 1: what br0 bridges passes the "
                        "chains of IP, too"));
}

TEST_F(BridgeFault, FirewallOfAPortIsNoneOfIp) {
  sw.nft(
      "table netdev f { chain in { type filter hook ingress device \"port0\" priority 0; ip daddr "
      "10.0.0.2 drop; }; }");
  const testing::AssertionResult verdict = reaches(a, b, kShort);
  EXPECT_EQ(
      why(verdict),
      "sw's firewall drops it: rule \"ip daddr 10.0.0.2 drop\" in chain in of table netdev f");
  EXPECT_THAT(verdict.message(), Not(HasSubstr("bridge-nf-call")));
}

TEST_F(BridgeFault, PortDisabled) {
  sw.shell("PATH=$PATH:/usr/sbin bridge link set dev port1 state 0");
  EXPECT_EQ(fault_of(), "sw's port port1 is disabled");
}

TEST_F(BridgeFault, PortDisabledWhereItComesIn) {
  sw.shell("PATH=$PATH:/usr/sbin bridge link set dev port0 state 0");
  EXPECT_EQ(fault_of(), "sw's port port0 is disabled");
}

// The spanning tree takes its time with a port that comes up.
TEST_F(BridgeFault, PortListening) {
  sw.shell("ip link set br0 type bridge forward_delay 3000 stp_state 1");
  sw.shell("ip link set port1 down; ip link set port1 up");
  EXPECT_THAT(fault_of(), MatchesRegex("sw's port port1 is (listening|learning)"));
}

TEST_F(BridgeFault, EntryOfAnotherPort) {
  Node& c = lab.add_node("c");
  lab.connect({c, "eth0", "10.0.0.3/24"}, {sw, "port2"});
  takes_to_be_behind("port2");
  EXPECT_EQ(fault_of(), "sw's br0 takes " + b.link("eth0").mac +
                            " to be behind port2 (static), and it is behind port1");
}

TEST_F(BridgeFault, EntryOfThePortWhereItComesIn) {
  takes_to_be_behind("port0");
  EXPECT_EQ(fault_of(), "sw's br0 takes " + b.link("eth0").mac +
                            " to be behind port0 (static), and it is behind port1");
}

TEST_F(BridgeFault, NoBroadcasts) {
  sw.shell("PATH=$PATH:/usr/sbin bridge link set dev port1 bcast_flood off");
  for (Node* const node : {&b, &a})
    node->shell("ip neighbour flush dev eth0");  // b first, whose probes teach a
  EXPECT_EQ(fault_of(),
            "sw's port port1 is given no broadcasts (broadcast_flood off), and the ARP request for "
            "10.0.0.2 is one");
}

TEST_F(BridgeFault, NoUnknownAddresses) {
  sw.shell("PATH=$PATH:/usr/sbin bridge link set dev port1 flood off learning off");
  sw.shell("ip link set port1 type bridge_slave fdb_flush");
  EXPECT_EQ(fault_of(),
            "sw's port port1 is given no frames for MAC addresses that br0 does not know "
            "(unicast_flood off), and " +
                b.link("eth0").mac + " it does not");
}

TEST_F(BridgeFault, HostBehindTheBridgeDown) {
  b.set_down("eth0");
  EXPECT_EQ(fault_of(), "b's eth0 is down, so that sw's port1 has no carrier");
}

}  // namespace
