// Who does not answer for an address, or is asked at the wrong place.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

using NeighbourFault = Line;

std::string mac_of(const Node& node, const char* dev) { return node.link(dev).mac; }

TEST_F(NeighbourFault, WrongStaticEntry) {
  a.shell("ip neighbour replace 10.0.1.1 lladdr 02:00:00:00:00:99 dev eth0");
  EXPECT_EQ(fault_of(),
            "a sends to a wrong MAC address: it has 02:00:00:00:00:99 for 10.0.1.1 (PERMANENT), "
            "r's eth0 has " +
                mac_of(r, "eth0"));
}

TEST_F(NeighbourFault, WrongStaticEntryForTheWayBack) {
  b.shell("ip neighbour replace 10.0.2.1 lladdr 02:00:00:00:00:99 dev eth0");
  EXPECT_EQ(fault_of(),
            "b sends to a wrong MAC address: it has 02:00:00:00:00:99 for 10.0.2.1 (PERMANENT), "
            "r's eth1 has " +
                mac_of(r, "eth1"));
}

TEST_F(NeighbourFault, ArpIgnored) {
  b.set_sysctl("net.ipv4.conf.all.arp_ignore", "8");
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "b does not answer for 10.0.2.2 on eth0 (net.ipv4.conf.all.arp_ignore = 8)");
}

TEST_F(NeighbourFault, ArpOff) {
  b.shell("ip link set eth0 arp off; ip neighbour add 10.0.2.1 lladdr " + mac_of(r, "eth1") +
          " dev eth0");
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(), "b does not answer for 10.0.2.2 on eth0: ARP is off there (NOARP)");
}

TEST_F(NeighbourFault, ArpOffAtWhoAnswers) {
  b.shell("ip link set eth0 arp off");
  EXPECT_EQ(fault_of(), "b asks nobody for MAC addresses on eth0 (NOARP), and sends to its own");
}

TEST_F(NeighbourFault, ArpFilter) {
  b.set_sysctl("net.ipv4.conf.all.arp_filter", "1");
  b.add_veth("x", "y");
  b.add_address("x", "192.0.2.1/24");
  b.set_up("x");
  b.set_up("y");
  b.add_route({.to = "10.0.2.1/32", .dev = "x"});
  r.shell("ip neighbour flush dev eth1");
  EXPECT_EQ(fault_of(),
            "b does not answer for 10.0.2.2 on eth0 (net.ipv4.conf.all.arp_filter = 1, and its "
            "route to 10.0.2.1 is by x)");
}

// So that it is given up within a probe: by default the kernel takes 3 s.
void gives_up_soon(Node& node, const std::string& dev) {
  node.shell("ip ntable change name arp_cache dev " + dev + " mcast_probes 1 retrans 20");
}

TEST_F(NeighbourFault, FailedEntryAtTheSource) {
  gives_up_soon(a, "eth0");
  r.set_sysctl("net.ipv4.conf.all.arp_ignore", "8");
  a.shell("ip neighbour flush dev eth0");
  EXPECT_UNREACHABLE(a, b, GetsIcmp(IcmpError::kHostUnreachable, "10.0.1.2"));
  ASSERT_THAT(a.neighbours(), Contains(AllOf(To("10.0.1.1"), State("FAILED"))));
  EXPECT_EQ(fault_of(),
            "r does not answer for 10.0.1.1 on eth0 (net.ipv4.conf.all.arp_ignore = 8)");
}

TEST_F(NeighbourFault, FailedEntryOfTheRouter) {
  gives_up_soon(r, "eth1");
  EXPECT_UNREACHABLE(a, "10.0.2.9", GetsIcmp(IcmpError::kHostUnreachable, "10.0.1.1"));
  ASSERT_THAT(r.neighbours(), Contains(AllOf(To("10.0.2.9"), State("FAILED"))));
  EXPECT_EQ(why(reaches(a, "10.0.2.9", kShort)),
            "r asks on eth1 for 10.0.2.9, which nobody in this lab has (on that network: b "
            "(10.0.2.2/24))");
}

TEST(NeighbourFaultOnASwitch, StaticEntryOfAnotherHost) {
  StarNet net(3);
  Node& h1 = net.host(1);
  ASSERT_REACHABLE(h1, net.host(2));
  h1.shell("ip neighbour replace 10.0.0.2 lladdr " + mac_of(net.host(3), "eth0") + " dev eth0");
  EXPECT_EQ(why(reaches(h1, net.host(2), kShort)),
            "h1 sends to a wrong MAC address: it has " + mac_of(net.host(3), "eth0") +
                " for 10.0.0.2 (PERMANENT), which is that of h3's eth0; h2's eth0 has " +
                mac_of(net.host(2), "eth0"));
}

// By a static entry for its gateway, which is the right one, and does not forward.
TEST(NeighbourFaultOnASwitch, StaticEntryOfAGatewayIsNotToBlame) {
  StarNet net(3);
  Node& h1 = net.host(1);
  h1.add_route({.to = "192.0.2.0/24", .via = "10.0.0.3"});
  h1.shell("ip neighbour replace 10.0.0.3 lladdr " + mac_of(net.host(3), "eth0") + " dev eth0");
  EXPECT_EQ(why(reaches(h1, "192.0.2.1", kShort)),
            "h3 does not forward (net.ipv4.ip_forward = 0): it took the packet in on eth0 and "
            "dropped it");
}

TEST_F(NeighbourFault, TentativeAddress) {
  b.set_sysctl("net.ipv6.conf.eth0.accept_dad", "1");
  b.set_sysctl("net.ipv6.conf.eth0.dad_transmits", "100");
  b.shell("ip -6 address add fd00:2::5/64 dev eth0");
  EXPECT_EQ(why(reaches(a, "fd00:2::5", kShort)),
            "b does not answer for fd00:2::5 on eth0: the address is tentative still (duplicate "
            "address detection)");
}

TEST_F(NeighbourFault, DuplicateAddress) {
  r.shell("ip -6 address add fd00:2::5/64 dev eth1 nodad");
  b.set_sysctl("net.ipv6.conf.eth0.accept_dad", "1");
  b.shell("ip -6 address add fd00:2::5/64 dev eth0");
  EXPECT_EVENTUALLY(b.addresses(),
                    Contains(Field("dadfailed", &InterfaceAddress::dadfailed, true)));
  r.shell("ip -6 address delete fd00:2::5/64 dev eth1");
  EXPECT_EQ(why(reaches(a, "fd00:2::5", kShort)),
            "b does not answer for fd00:2::5 on eth0: somebody else has that address (duplicate: "
            "dadfailed)");
}

}  // namespace
