// What a node drops because of where it seems to come from.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

using SourceCheckFault = Line;

TEST_F(SourceCheckFault, RpFilterAtTheServer) {
  b.delete_route({.to = "default", .via = "10.0.2.1"});
  b.set_sysctl("net.ipv4.conf.eth0.rp_filter", "1");
  EXPECT_EQ(fault_of(),
            "b drops what comes in on eth0 from 10.0.1.2: its own route there is none "
            "(net.ipv4.conf.eth0.rp_filter = 1)");
}

TEST_F(SourceCheckFault, RpFilterOnTheRouterTakesTheArpRequest) {
  r.set_sysctl("net.ipv4.conf.all.rp_filter", "1");
  r.add_veth("x", "y");
  r.add_address("x", "192.0.2.1/24");
  r.set_up("x");
  r.set_up("y");
  r.add_route({.to = "10.0.1.2/32", .dev = "x"});
  a.shell("ip neighbour flush dev eth0");
  EXPECT_EQ(fault_of(),
            "r does not answer for 10.0.1.1 on eth0: r drops what comes in on eth0 from 10.0.1.2: "
            "its own route there is by "
            "x (net.ipv4.conf.all.rp_filter = 1)");
}

TEST_F(SourceCheckFault, TheFarSidesOwnAddress) {
  b.add_address("lo", "10.0.1.2/32");
  EXPECT_EQ(why(reaches(a, "10.0.2.2", kShort)),
            "b drops what comes in with its own address 10.0.1.2 as the source (a martian)");
}

TEST_F(SourceCheckFault, SourceThatTheFarSideCannotAnswer) {
  a.add_address("lo", "192.0.2.7/32");
  EXPECT_EQ(
      fault_of({.timeout = kShort.timeout, .src = "192.0.2.7"}),
      "r has no route to 192.0.2.7, and no default route (its networks: 10.0.1.0/24, 10.0.2.0/24)");
}

TEST_F(SourceCheckFault, EchoesIgnored) {
  b.set_sysctl("net.ipv4.icmp_echo_ignore_all", "1");
  EXPECT_EQ(fault_of(), "b answers no echo (net.ipv4.icmp_echo_ignore_all = 1)");
}

TEST_F(SourceCheckFault, EchoesIgnoredOfIpv6) {
  b.set_sysctl("net.ipv6.icmp.echo_ignore_all", "1");
  EXPECT_EQ(fault_of6(), "b answers no echo (net.ipv6.icmp.echo_ignore_all = 1)");
}

}  // namespace
