#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>
#include <vethlab/fixtures/star.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(Ping, CarriesPayloadsOfAnySize) {
  PairNet net;
  for (const int bytes : {0, 1, 7, 8, 56, 1400, 9000, 60000}) {
    EXPECT_REACHABLE(net.a, "10.0.0.2", {.count = 2, .interval = 1ms, .payload = bytes});
    EXPECT_REACHABLE(net.a, "fd00::2", {.count = 2, .interval = 1ms, .payload = bytes});
  }
}

TEST(Ping, SaysWhoRefusedAndHow) {
  LineNet net;
  EXPECT_UNREACHABLE(net.a, "203.0.113.1", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
  EXPECT_UNREACHABLE(net.a, "2001:db8::1", GetsIcmp(IcmpError::kNoRoute, "fd00:1::1"));
  EXPECT_UNREACHABLE(net.a, net.b, GetsIcmp(IcmpError::kTtlExceeded, "10.0.1.1"), {.ttl = 1});
  EXPECT_UNREACHABLE(net.a, "fd00:2::2", GetsIcmp(IcmpError::kTtlExceeded, "fd00:1::1"),
                     {.ttl = 1});
  net.r.add_route({.type = "prohibit", .to = "192.0.2.0/24"});
  net.r.add_route({.type = "prohibit", .to = "2001:db8:1::/48"});
  EXPECT_UNREACHABLE(net.a, "192.0.2.1", GetsIcmp(IcmpError::kAdminProhibited));
  EXPECT_UNREACHABLE(net.a, "2001:db8:1::1", GetsIcmp(IcmpError::kAdminProhibited));
}

TEST(Ping, LearnsTheMtuOfTheWay) {
  LineNet net;
  net.r.set_mtu("eth1", 1300);
  net.b.set_mtu("eth0", 1300);
  const ProbeReport report = net.a.ping("10.0.2.2", {.payload = 1400, .dont_fragment = true});
  EXPECT_THAT(report, GetsIcmp(IcmpError::kPacketTooBig, "10.0.1.1"));
  ASSERT_TRUE(report.icmp.has_value());
  EXPECT_EQ(report.icmp->mtu, 1300);
  EXPECT_REACHABLE(net.a, "10.0.2.2", {.payload = 1400});
  EXPECT_UNREACHABLE(net.b, "10.0.2.1", FailsWith(EMSGSIZE),
                     {.payload = 1400, .dont_fragment = true});
}

TEST(Ping, TakesAZoneASourceAndADevice) {
  PairNet net;
  const IpAddress link_local = net.b.addresses().back().address.address();
  ASSERT_TRUE(link_local.is_link_local());
  EXPECT_REACHABLE(net.a, link_local.text() + "%eth0");
  net.a.add_address("lo", "10.0.0.77/32");
  EXPECT_REACHABLE(net.a, "10.0.0.2", {.src = "10.0.0.1", .dev = "eth0"});
  EXPECT_REACHABLE(net.a, "10.0.0.2", {.src = "10.0.0.77"});
}

TEST(Ping, AsksAllPairsAtOnce) {
  StarNet net(20);
  std::vector<Probe> probes;
  for (Node* from : net.hosts)
    for (Node* to : net.hosts)
      // An ARP request for which a slow machine has no room is sent again after 1 s.
      if (from != to) probes.push_back({*from, *to, {.timeout = 5s}});
  EXPECT_THAT(net.lab.ping(probes), AllOf(SizeIs(20 * 19), Each(Replies())));
}

TEST(Ping, SaysWhenSomebodyElseAnswers) {
  LineNet net;
  net.r.add_address("lo", "10.0.2.2/32");  // r answers for b
  EXPECT_EQ(net.a.ping(net.b).answered_by, "r");
  EXPECT_THAT(net.a.ping(net.b), Not(Replies()));
  EXPECT_THAT(net.a.ping("10.0.2.2"), Replies());  // an address has no owner to be mistaken for
}

TEST(Ping, DoesNotMixUpTwoLabs) {
  PairNet one;
  PairNet two;
  two.b.set_down("eth0");
  EXPECT_REACHABLE(one.a, one.b);
  EXPECT_UNREACHABLE(two.a, "10.0.0.2", GetsNoAnswer(), {.timeout = 50ms});
}

}  // namespace
