// Two sites behind a NAT, over an internet of one router: what a VPN's tests stand on, and what they
// look at.
#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct TwoSites {
  Lab lab;
  Node& internet = lab.add_node("internet", {.forwarding = true});
  Node& home = lab.add_node("home", {.forwarding = true});  // a NAT
  Node& laptop = lab.add_node("laptop", {.private_dirs = {"/etc/myvpn"}});
  Node& office = lab.add_node("office", {.private_dirs = {"/etc/myvpn"}});
  Wire& uplink =
      lab.connect({home, "wan", "198.51.100.2/24"}, {internet, "eth0", "198.51.100.1/24"});
  Wire& lan = lab.connect({laptop, "eth0", "192.168.1.10/24"}, {home, "lan", "192.168.1.1/24"});
  Wire& backbone = lab.connect({office, "eth0", {"203.0.113.2/24", "2001:db8:2::2/64"}},
                               {internet, "eth1", {"203.0.113.1/24", "2001:db8:2::1/64"}});

  TwoSites() {
    home.masquerade("wan");
    laptop.add_route({.to = "default", .via = "192.168.1.1"});
    home.add_route({.to = "default", .via = "198.51.100.1"});
    office.add_route({.to = "default", .via = "203.0.113.1"});
    for (Node* node : {&laptop, &office}) node->write_file("/etc/myvpn/key", "k3y\n");
  }
};

TEST(Vpn, HasNoWayInsideBeforeItIsUp) {
  TwoSites net;
  // Out by the default route; the internet has none.
  EXPECT_UNREACHABLE(net.laptop, "10.8.0.1", GetsIcmp(IcmpError::kNoRoute, "198.51.100.1"));
  EXPECT_REACHABLE(net.laptop, net.office);
  EXPECT_UNREACHABLE(net.office, "192.168.1.10", GetsIcmp(IcmpError::kNoRoute, "203.0.113.1"));
}

TEST(Vpn, FindsEachSitesOwnKey) {
  TwoSites net;
  net.office.write_file("/etc/myvpn/key", "0ther\n");
  EXPECT_EQ(net.laptop.read_file("/etc/myvpn/key"), "k3y\n");
  EXPECT_THAT(net.office.exec({"cat", "/etc/myvpn/key"}), Prints("0ther\n"));
}

TEST(Vpn, IsSeenByTheOfficeAsTheNat) {
  TwoSites net;
  Server& server = net.office.serve_echo(1194);
  const Capture& wire = net.internet.capture("eth1", "udp port 1194");
  ASSERT_REACHABLE(net.laptop, udp_to("203.0.113.2", 1194));
  EXPECT_THAT(server.clients(), ElementsAre(Src("198.51.100.2")));
  EXPECT_EVENTUALLY(wire.packets(), SizeIs(Ge(2u)));
  EXPECT_THAT(wire.packets(), Each(Src(AnyOf("198.51.100.2", "203.0.113.2"))));
}

long send_udp(const char* address, std::uint16_t port, std::string_view text) {
  sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
  ::inet_pton(AF_INET, address, &to.sin_addr);
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM, 0));
  return ::sendto(fd.get(), text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                  sizeof to);
}

TEST(Vpn, IsWhatKeepsTheInternetFromReading) {
  TwoSites net;
  const Capture& wire = net.internet.capture("eth1", "udp port 7");
  net.laptop.run([] { ASSERT_EQ(send_udp("203.0.113.2", 7, "secret"), 6); });
  EXPECT_EVENTUALLY(wire.packets(), ElementsAre(AllOf(Carries("secret"), Src("198.51.100.2"))));
}

TEST(Vpn, SurvivesTheNatForgettingIt) {
  TwoSites net;
  net.office.serve_echo(1194);
  ASSERT_REACHABLE(net.laptop, udp_to("203.0.113.2", 1194));
  EXPECT_THAT(net.home.connections(), Not(IsEmpty()));
  net.home.forget_connections();
  EXPECT_THAT(net.home.connections(), IsEmpty());
  EXPECT_REACHABLE(net.laptop, udp_to("203.0.113.2", 1194));
}

TEST(Vpn, MeetsABlackHoleWhereIcmpIsFiltered) {
  TwoSites net;
  net.internet.set_mtu("eth1", 1280);
  net.office.set_mtu("eth0", 1280);
  EXPECT_UNREACHABLE(net.laptop, "203.0.113.2", GetsIcmp(IcmpError::kPacketTooBig, "198.51.100.1"),
                     {.payload = 1300, .dont_fragment = true});
  net.internet.nft(R"(
    table inet f {
      chain out {
        type filter hook output priority 0;
        icmp type destination-unreachable drop
      }
    })");
  net.laptop.shell("ip route flush cache");
  net.home.shell("ip route flush cache");
  EXPECT_UNREACHABLE(net.laptop, "203.0.113.2", GetsNoAnswer(),
                     {.timeout = 300ms, .payload = 1300, .dont_fragment = true});
}

TEST(Vpn, LeavesNoRouteBehind) {
  TwoSites net;
  const Snapshot before = net.laptop.snapshot();
  net.laptop.add_route({.to = "10.8.0.0/24", .via = "192.168.1.1"});
  EXPECT_THAT(net.laptop.snapshot(), Not(IsUnchangedSince(before)));
  net.laptop.delete_route({.to = "10.8.0.0/24", .via = "192.168.1.1"});
  EXPECT_THAT(net.laptop.snapshot(), IsUnchangedSince(before));
}

}  // namespace
