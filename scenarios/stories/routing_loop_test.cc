// A routing loop ends by the ttl, and who says so depends on it.
//
//   host ── r1 ── r2        r1's default route goes to r2, r2's to r1
//
// Believed: what leads nowhere is "unreachable". Here each router has a route, so nobody says that.
// The packet goes round until its ttl is used up, and the router that finds it so says "time
// exceeded" (RFC 792; RFC 1812, 5.3.1): r2 for an even ttl, r1 for an odd one. That is what makes
// traceroute print two names in turns.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

struct Loop {
  Lab lab;
  Node& host = lab.add_node("host");
  Node& r1 = lab.add_node("r1", {.forwarding = true});
  Node& r2 = lab.add_node("r2", {.forwarding = true});

  Loop() {
    lab.connect({host, "eth0", {"10.0.1.2/24", "fd00:1::2/64"}},
                {r1, "eth0", {"10.0.1.1/24", "fd00:1::1/64"}});
    lab.connect({r1, "eth1", {"10.0.12.1/24", "fd00:12::1/64"}},
                {r2, "eth0", {"10.0.12.2/24", "fd00:12::2/64"}});
    host.add_route({.to = "default", .via = "10.0.1.1"});
    host.add_route({.to = "default", .via = "fd00:1::1"});
    r1.add_route({.to = "default", .via = "10.0.12.2"});
    r1.add_route({.to = "default", .via = "fd00:12::2"});
    r2.add_route({.to = "default", .via = "10.0.12.1"});
    r2.add_route({.to = "default", .via = "fd00:12::1"});
  }
};

class RoutingLoop : public Test, protected Loop {};

TEST_F(RoutingLoop, IsTtlExceededAndNotUnreachable) {
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kTtlExceeded));
  EXPECT_UNREACHABLE(host, "2001:db8::1", GetsIcmp(IcmpError::kTtlExceeded));
}

TEST_F(RoutingLoop, IsToldByTheRoutersInTurnsAsTheTtlGrows) {
  for (const int ttl : {2, 4, 64})
    EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kTtlExceeded, "10.0.12.2"),
                       {.ttl = ttl});
  for (const int ttl : {1, 3, 63})
    EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kTtlExceeded, "10.0.1.1"),
                       {.ttl = ttl});
}

// One echo of ttl 64 is forwarded 63 times: r1 does it at 64, 62 … 2, r2 at 63, 61 … 3.
TEST_F(RoutingLoop, MakesOneEchoManyPackets) {
  for (Node* const router : {&r1, &r2}) router->iptables("-A FORWARD -d 192.0.2.1");
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kTtlExceeded), {.ttl = 64});
  EXPECT_THAT(r1.firewall_rules(),
              ElementsAre(AllOf(Chain("FORWARD"), Packets(32u), Bytes(2688u))));
  EXPECT_THAT(r2.firewall_rules(),
              ElementsAre(AllOf(Chain("FORWARD"), Packets(31u), Bytes(2604u))));
}

// The plain counterpart: r2 is told that the network is not there.
TEST_F(RoutingLoop, EndsWhereOneRouterKnowsBetter) {
  r2.add_route({.type = "unreachable", .to = "192.0.2.0/24"});
  EXPECT_UNREACHABLE(host, "192.0.2.1", GetsIcmp(IcmpError::kHostUnreachable, "10.0.12.2"));
}

TEST_F(RoutingLoop, DoesNotTouchWhatIsOnTheWay) { EXPECT_REACHABLE(host, r2); }

}  // namespace
