// What a bridge that knows VLANs does not pass on, or not as it should.
#include "bridged.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

// Both hosts are in VLAN 10, and reach each other.
struct VlanFault : Bridged {
  void SetUp() override {
    const auto tried =
        sw.exec({"ip", "link", "set", "br0", "type", "bridge", "vlan_filtering", "1"});
    if (tried.exit_code != 0) GTEST_SKIP() << "no VLANs of bridges in this kernel: " << tried.err;
    for (const char* const port : {"port0", "port1"}) {
      vlan("del", 1, port);
      vlan("add", 10, port, "pvid untagged");
    }
    ASSERT_REACHABLE(a, b);
    a.shell("ip neighbour flush dev eth0");
  }
  void vlan(const std::string& verb, int id, const std::string& port,
            const std::string& flags = "") {
    sw.shell("PATH=$PATH:/usr/sbin bridge vlan " + verb + " vid " + std::to_string(id) + " dev " +
             port + " " + flags);
  }
};

TEST_F(VlanFault, PortOfAnotherVlan) {
  vlan("del", 10, "port1");
  vlan("add", 20, "port1", "pvid untagged");
  EXPECT_EQ(fault_of(),
            "sw's port port1 is not in VLAN 10, as which port0 takes the frame in (its VLANs: 20)");
}

TEST_F(VlanFault, PortOfNoVlan) {
  vlan("del", 10, "port1");
  EXPECT_EQ(
      fault_of(),
      "sw's port port1 is not in VLAN 10, as which port0 takes the frame in (its VLANs: none)");
}

TEST_F(VlanFault, PortWithoutPvid) {
  vlan("add", 10, "port0", "untagged");
  vlan("add", 20, "port0");
  EXPECT_EQ(
      fault_of(),
      "sw's port port0 takes no frame without a VLAN tag: it has no PVID (its VLANs: 10, 20)");
}

TEST_F(VlanFault, PvidOfAnotherVlanForTheWayBack) {
  vlan("add", 20, "port1", "pvid untagged");
  EXPECT_EQ(fault_of(),
            "sw's port port0 is not in VLAN 20, as which port1 takes the frame in (its VLANs: 10)");
}

TEST_F(VlanFault, TagThatTheHostDoesNotKnow) {
  vlan("add", 10, "port1", "pvid");
  EXPECT_EQ(fault_of(),
            "a asks on eth0 for 10.0.0.2, and it comes to b's eth0 with the tag of VLAN 10, and b "
            "has no interface for that");
}

TEST_F(VlanFault, TagThatTheHostDoesNotKnowOfAnEcho) {
  ASSERT_REACHABLE(a, b);
  vlan("add", 10, "port1", "pvid");
  EXPECT_EQ(fault_of(),
            "it comes to b's eth0 with the tag of VLAN 10, and b has no interface for that");
}

TEST_F(VlanFault, TagOfAVlanThatThePortDoesNotTake) {
  a.shell("ip link add link eth0 name eth0.30 type vlan id 30; ip address flush dev eth0");
  a.add_address("eth0.30", "10.0.0.1/24");
  a.set_up("eth0.30");
  EXPECT_EQ(fault_of(),
            "sw's port port0 is not in VLAN 30, which the frame that came in there has (its VLANs: "
            "10)");
}

// The trunk between the two is to blame for nothing: what it carries is VLAN 20's.
TEST_F(VlanFault, TrunkToOthersIsNotToBlame) {
  Node& other = lab.add_switch("other");
  lab.connect({sw, "trunk"}, {other, "port0"});
  vlan("del", 1, "trunk");
  vlan("add", 20, "trunk");
  b.drop("icmp type echo-request");
  EXPECT_EQ(fault_of(),
            "b's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input of "
            "table inet vethlab");
}

}  // namespace
