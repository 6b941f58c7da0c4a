// What is wrong with the packet itself: its size, its ttl.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

struct PacketFault : Line {
  const ProbeOptions large{.timeout = kShort.timeout, .payload = 1372, .dont_fragment = true};
};

TEST_F(PacketFault, TooBigForTheRouter) {
  r.set_mtu("eth1", 1300);
  b.set_mtu("eth0", 1300);
  EXPECT_EQ(fault_of(large), "r's eth1 has an mtu of 1300, and the packet must not be fragmented");
}

TEST_F(PacketFault, TooBigForTheSource) {
  a.set_mtu("eth0", 1300);
  EXPECT_EQ(fault_of(large),
            "the packet has 1400 bytes and must not be fragmented, a's eth0 has an mtu of 1300");
}

TEST_F(PacketFault, MtusOfTheTwoEndsDiffer) {
  b.set_mtu("eth0", 1300);
  EXPECT_EQ(fault_of({.timeout = kShort.timeout, .payload = 1372}),
            "b's eth0 has an mtu of 1300 and drops the packet of 1400 bytes that r sent it by "
            "eth1, whose mtu is 1500");
}

TEST_F(PacketFault, BlackHoleThatTheRouterMakes) {
  r.set_mtu("eth1", 1300);
  b.set_mtu("eth0", 1300);
  r.drop("icmp type destination-unreachable", {.hook = FilterHook::kOutput});
  EXPECT_THAT(fault_of(large), StartsWith("r's eth1 has an mtu of 1300, the packet has 1400 bytes "
                                          "and must not be fragmented, and r's ICMP error "
                                          "about it did not leave it"));
}

TEST_F(PacketFault, BlackHoleThatTheSourceMakes) {
  r.set_mtu("eth1", 1300);
  b.set_mtu("eth0", 1300);
  a.drop("icmp type destination-unreachable");
  EXPECT_EQ(fault_of(large),
            "r's eth1 has an mtu of 1300, the packet has 1400 bytes and must not be fragmented, "
            "and r's ICMP error about it "
            "was last seen at a's eth0: a's firewall drops it: rule \"icmp type "
            "destination-unreachable counter drop\" in "
            "chain input of table inet vethlab");
}

TEST_F(PacketFault, TtlUsedUp) {
  EXPECT_EQ(fault_of({.timeout = kShort.timeout, .ttl = 1}),
            "its ttl of 1 is used up at r, router number 1 on the way");
}

TEST(WhyInAClosure, IsNotAsked) {
  LineNet net;
  net.r.set_sysctl("net.ipv4.ip_forward", "0");
  EXPECT_EQ(net.a.run([&] { return why(reaches(net.a, net.b, kShort)); }), "(none)");
  EXPECT_THAT(why(reaches(net.a, net.b, kShort)), StartsWith("r does not forward"));
}

}  // namespace
