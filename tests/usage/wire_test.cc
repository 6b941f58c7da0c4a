// What authors of a CNI plugin and of a VPN ask of the wire. The plugin and the VPN are played by their
// few commands; the tests are as those authors would write them.
#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace testing;
using namespace vethlab;

namespace {

struct Machine {
  Lab lab;
  Node& host = lab.add_node("host", {.forwarding = true});
  Node& pod = lab.add_node("pod");
  Node& world = lab.add_node("world");
  Wire& uplink = lab.connect({host, "eth0", "10.0.2.15/24"}, {world, "eth0", "10.0.2.2/24"});

  void plugin() {  // ADD, with ipMasq
    lab.connect({pod, "eth0", "10.22.0.2/16"}, {host, "cni0", "10.22.0.1/16"});
    pod.add_route({.to = "default", .via = "10.22.0.1"});
    host.shell("iptables -t nat -A POSTROUTING -s 10.22.0.0/16 ! -d 10.22.0.0/16 -j MASQUERADE");
  }
};

TEST(Cni, PodsAreMasqueradedOutside) {
  Machine machine;
  machine.plugin();
  Capture& seen = machine.world.capture("eth0", "icmp");
  EXPECT_REACHABLE(machine.pod, machine.world);
  EXPECT_THAT(seen.packets(), Contains(Src("10.0.2.15")));
  EXPECT_THAT(seen.packets(), Not(Contains(Src("10.22.0.2"))));
}

long send_udp(const char* address, std::uint16_t port, std::string_view text) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &to.sin_addr);
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM, 0));
  return ::sendto(fd.get(), text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                  sizeof to);
}

TEST(Vpn, ShowsNothingInClearOnTheWire) {
  Lab lab;
  Node& home = lab.add_node("home");
  Node& internet = lab.add_node("internet", {.forwarding = true});
  Node& office = lab.add_node("office");
  lab.connect({home, "wan", "198.51.100.2/24"}, {internet, "eth0", "198.51.100.1/24"});
  lab.connect({office, "eth0", "203.0.113.2/24"}, {internet, "eth1", "203.0.113.1/24"});
  home.add_route({.to = "default", .via = "198.51.100.1"});
  office.add_route({.to = "default", .via = "203.0.113.1"});

  const Capture& wire = internet.capture("eth1", "udp port 1194");
  home.run([] { ASSERT_EQ(send_udp("203.0.113.2", 1194, "friend?"), 7); });
  office.run([] { ASSERT_EQ(send_udp("198.51.100.2", 1194, "enter"), 5); });
  EXPECT_REACHABLE(home, office);  // behind them
  EXPECT_THAT(wire.packets(), SizeIs(Ge(2u)));
  EXPECT_THAT(wire.packets(),
              Each(AllOf(Not(Carries("secret")), Src(AnyOf("198.51.100.2", "203.0.113.2")))));
}

}  // namespace
