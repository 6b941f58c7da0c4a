// A routing daemon's tests: routes that come when it has learnt them, and who then reaches whom.
#include <vethlab/vethlab.h>

#include <unistd.h>

#include <cstdlib>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// site a ── r1 ── r2 ── site b
struct TwoSites {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& r1 = lab.add_node("r1", {.forwarding = true});
  Node& r2 = lab.add_node("r2", {.forwarding = true});
  Node& b = lab.add_node("b");
  Wire& left = lab.connect({a, "eth0", "10.1.0.2/24"}, {r1, "lan", "10.1.0.1/24"});
  Wire& core = lab.connect({r1, "eth0", "10.0.12.1/24"}, {r2, "eth0", "10.0.12.2/24"});
  Wire& right = lab.connect({r2, "lan", "10.2.0.1/24"}, {b, "eth0", "10.2.0.2/24"});

  TwoSites() {
    a.add_route({.to = "default", .via = "10.1.0.1"});
    b.add_route({.to = "default", .via = "10.2.0.1"});
  }
};

// The daemon under test, as short as one can be.
void run_my_routing_daemon(const std::string& prefix, const std::string& via) {
  const std::string learnt = "ip route add " + prefix + " via " + via + " proto bgp";
  ASSERT_EQ(std::system(learnt.c_str()), 0);
  ::pause();
}

TEST(Routing, LearnsTheRoutesOfBothSites) {
  TwoSites net;
  EXPECT_REACHABILITY(net.lab, Reachability::all()
                                   .except(net.a, net.b, GetsIcmp(IcmpError::kNoRoute, "10.1.0.1"))
                                   .except(net.b, net.a, GetsIcmp(IcmpError::kNoRoute, "10.2.0.1"))
                                   .except(net.a, net.r2, GetsNoAnswer())
                                   .except(net.b, net.r1, GetsIcmp(IcmpError::kNoRoute, "10.2.0.1"))
                                   .except(net.r1, net.b, FailsWith(ENETUNREACH))
                                   .except(net.r2, net.a, FailsWith(ENETUNREACH)));

  net.r1.start([] { run_my_routing_daemon("10.2.0.0/24", "10.0.12.2"); });
  net.r2.start([] { run_my_routing_daemon("10.1.0.0/24", "10.0.12.1"); });

  EXPECT_EVENTUALLY(net.r1.routes(),
                    Contains(AllOf(To("10.2.0.0/24"), Via("10.0.12.2"), Proto("bgp"))));
  EXPECT_EVENTUALLY(
      net.r2.json({"ip", "-json", "route"}),
      HasJson(R"([{"dst": "10.1.0.0/24", "gateway": "10.0.12.1", "protocol": "bgp"}])"));
  EXPECT_EVENTUALLY(net.a.ping(net.b), Replies(), 10s);
  EXPECT_REACHABILITY(net.lab, Reachability::all());
  EXPECT_STAYS(net.r2.routes(), Not(Contains(To("10.66.0.0/24"))), 100ms);
}

TEST(ContainerNetworking, OnlyTheHostReachesTheContainer) {
  Lab lab;
  Node& host = lab.add_node("host");
  Node& netns0 = lab.add_node("netns0");
  lab.connect({host, "veth0", "172.18.0.11/16"}, {netns0, "ceth0", "172.18.0.10/16"});
  EXPECT_REACHABILITY(lab, Reachability::all());

  host.shell("iptables -A INPUT -p icmp --icmp-type echo-request -j DROP");
  EXPECT_REACHABILITY(lab, Reachability::all().except(netns0, host, GetsNoAnswer()));
}

}  // namespace
