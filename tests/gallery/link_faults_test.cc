// What is wrong with an interface or an address.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

using LinkFault = Line;

TEST_F(LinkFault, SourceDown) {
  a.set_down("eth0");
  EXPECT_EQ(
      fault_of(),
      "a has no route to 10.0.2.2: its eth0 (10.0.1.2/24) is down, and has no routes therefore");
}

TEST_F(LinkFault, FarEndDown) {
  r.set_down("eth0");
  EXPECT_EQ(fault_of(), "r's eth0 is down, so that a's eth0 has no carrier");
}

TEST_F(LinkFault, RoutersSecondInterfaceDown) {
  r.set_down("eth1");
  EXPECT_EQ(fault_of(), "r's eth1, which is on 10.0.2.0/24, is down");
}

TEST_F(LinkFault, ServersInterfaceDown) {
  b.set_down("eth0");
  EXPECT_EQ(fault_of(), "b's eth0 is down, so that r's eth1 has no carrier");
}

TEST_F(LinkFault, AllDropped) {
  right.drop_all();
  EXPECT_EQ(fault_of(), "r's eth1 drops all it is given to send (qdisc blackhole)");
}

TEST_F(LinkFault, AllDroppedAtTheSource) {
  left.drop_all();
  EXPECT_EQ(fault_of(), "a's eth0 drops all it is given to send (qdisc blackhole)");
}

TEST_F(LinkFault, NoAddressAtTheSource) {
  a.delete_address("eth0", "10.0.1.2/24");
  EXPECT_EQ(why(reaches(a, "10.0.2.2", kShort)),
            "a has no route to 10.0.2.2: it has no IPv4 address");
}

TEST_F(LinkFault, NoAddressAtTheServer) {
  b.delete_address("eth0", "10.0.2.2/24");
  EXPECT_EQ(why(reaches(a, "10.0.2.2", kShort)),
            "b gets it on eth0, and does not have the address 10.0.2.2 (it has: none there)");
}

TEST_F(LinkFault, ServerInAnotherSubnet) {
  b.delete_address("eth0", "10.0.2.2/24");
  b.add_address("eth0", "10.0.9.2/24");
  EXPECT_EQ(why(reaches(a, "10.0.2.2", kShort)),
            "b gets it on eth0, and does not have the address 10.0.2.2 (it has: 10.0.9.2/24)");
}

TEST_F(LinkFault, SourceInAnotherSubnet) {
  a.delete_address("eth0", "10.0.1.2/24");
  a.add_address("eth0", "10.0.9.2/24");
  EXPECT_EQ(fault_of(),
            "a has no route to 10.0.2.2, and no default route (its networks: 10.0.9.0/24)");
}

TEST_F(LinkFault, SourceInAnotherSubnetThanItsGateway) {
  a.delete_address("eth0", "10.0.1.2/24");
  a.add_address("eth0", "10.0.9.2/24");
  a.shell("ip route add default via 10.0.1.1 dev eth0 onlink");
  EXPECT_EQ(fault_of(),
            "r has no route to 10.0.9.2, and no default route (its networks: 10.0.1.0/24, "
            "10.0.2.0/24)");
}

TEST_F(LinkFault, GatewayInAnotherSubnet) {
  r.delete_address("eth0", "10.0.1.1/24");
  r.add_address("eth0", "10.0.8.1/24");
  a.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(fault_of(),
            "a's route \"default via 10.0.1.1 dev eth0\" leads to 10.0.1.1, which nobody in this "
            "lab has (on that network: r (10.0.8.1/24))");
}

TEST_F(LinkFault, AddressOfNobody) {
  EXPECT_EQ(why(reaches(a, "10.0.2.9", kShort)),
            "r asks on eth1 for 10.0.2.9, which nobody in this lab has (on that network: b "
            "(10.0.2.2/24))");
}

TEST_F(LinkFault, Ipv6Off) {
  a.set_sysctl("net.ipv6.conf.eth0.disable_ipv6", "1");
  EXPECT_EQ(why(reaches(a, "fd00:2::2", kShort)),
            "IPv6 is off on a's eth0 (net.ipv6.conf.eth0.disable_ipv6 = 1)");
}

TEST_F(LinkFault, AnotherHasTheAddress) {
  r.add_address("lo", "10.0.2.2/32");
  EXPECT_EQ(fault_of(), "10.0.2.2 is an address of r (lo) and of b (eth0)");
}

}  // namespace
