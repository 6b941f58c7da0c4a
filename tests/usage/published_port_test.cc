// What a container network is asked for most: outgoing traffic is masqueraded, a port is published,
// everything else is refused.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

//   world ── host ── pod
struct Published : Test {
  Lab lab;
  Node& world = lab.add_node("world");
  Node& host = lab.add_node("host", {.forwarding = true});
  Node& pod = lab.add_node("pod");
  Wire& outside = lab.connect({world, "eth0", "192.0.2.1/24"}, {host, "eth0", "192.0.2.15/24"});
  Wire& inside = lab.connect({host, "eth1", "10.85.0.1/16"}, {pod, "eth0", "10.85.0.2/16"});

  Published() {
    pod.add_route({.to = "default", .via = "10.85.0.1"});
    host.shell(R"(
      iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 10.85.0.2:8080
      iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
    )");
  }
};

TEST_F(Published, PortIsThePods) {
  Server& web = pod.serve_http(8080, "hello from the pod");

  EXPECT_REACHABLE(world, tcp_to("192.0.2.15", 80));
  EXPECT_UNREACHABLE(world, tcp_to("192.0.2.15", 81), FailsWith(ECONNREFUSED));
  EXPECT_THAT(web.clients(), ElementsAre(Src("192.0.2.1")));
}

TEST_F(Published, PodIsTheHostOutside) {
  Server& echo = world.serve_echo(7);

  EXPECT_REACHABLE(pod, tcp_to(world, 7));
  EXPECT_REACHABLE(pod, udp_to(world, 7));
  EXPECT_THAT(echo.clients(), AllOf(SizeIs(2), Each(Src("192.0.2.15"))));
}

}  // namespace
