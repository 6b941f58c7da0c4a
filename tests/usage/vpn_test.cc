// A VPN between two sites, one of them behind a NAT, over an internet of one router: a real one (openvpn: tun
// and UDP), and what it is good for.
#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct TwoSites {
  Lab lab{LabOptions{.patience = 20s}};
  Node& internet = lab.add_node("internet", {.forwarding = true});
  Node& home = lab.add_node("home", {.forwarding = true});  // a NAT
  Node& laptop = lab.add_node("laptop", {.private_dirs = {"/etc/openvpn"}});
  Node& office = lab.add_node("office", {.private_dirs = {"/etc/openvpn"}});
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
  }

  // Nobody is told that a packet is too large for the way to the office.
  void narrow_the_way_and_filter_icmp() {
    internet.set_mtu("eth1", 1280);
    internet.nft(R"(
      table inet f {
        chain out {
          type filter hook output priority 0;
          icmp type destination-unreachable drop
        }
      })");
  }
};

long send_udp(const char* address, std::uint16_t port, std::string_view text) {
  sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
  ::inet_pton(AF_INET, address, &to.sin_addr);
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM, 0));
  return ::sendto(fd.get(), text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                  sizeof to);
}

class Vpn : public Test, protected TwoSites {
 protected:
  void SetUp() override {
    needs_program("openvpn", "openvpn");
    if (::access("/dev/net/tun", R_OK | W_OK) != 0)  // an ordinary user where it is root's alone
      GTEST_SKIP() << "no tun interface: /dev/net/tun: " << std::strerror(errno);
    ASSERT_THAT(office.exec({"openvpn", "--genkey", "secret", "/etc/openvpn/key"}), Succeeds());
    laptop.write_file("/etc/openvpn/key", office.read_file("/etc/openvpn/key"));
  }

  static Argv openvpn(const std::vector<std::string>& options) {
    std::vector<std::string> argv{
        "openvpn",          "--dev",      "tun0", "--cipher",  "AES-256-CBC", "--secret",
        "/etc/openvpn/key", "--fragment", "1200", "--tun-mtu", "1400"};
    argv.insert(argv.end(), options.begin(), options.end());
    return argv;
  }
  Daemon& server() {
    return office.spawn(openvpn({"--ifconfig", "10.8.0.1", "10.8.0.2"}),
                        {.ready = listens_on_udp(1194)});
  }
  Daemon& client() {
    return laptop.spawn(openvpn({"--remote", "203.0.113.2", "--nobind", "--ping", "1", "--ifconfig",
                                 "10.8.0.2", "10.8.0.1", "--route", "10.9.0.0", "255.255.255.0"}),
                        {.ready = answers("10.8.0.1")});
  }
};

TEST_F(Vpn, CarriesPacketsOnlyWhenUp) {
  // Out by the default route; the internet has none.
  EXPECT_UNREACHABLE(laptop, "10.8.0.1", GetsIcmp(IcmpError::kNoRoute, "198.51.100.1"));
  server();
  client();
  EXPECT_REACHABLE(laptop, "10.8.0.1");
  EXPECT_REACHABLE(office, "10.8.0.2");
  EXPECT_THAT(laptop.links(), Contains(AllOf(Named("tun0"), IsUp(), Mtu(Le(1440)))));
}

TEST_F(Vpn, TakesNobodyWithAnotherKey) {
  const Daemon& daemon = server();
  ASSERT_THAT(laptop.exec({"openvpn", "--genkey", "secret", "/etc/openvpn/key"}), Succeeds());
  laptop.spawn(
      openvpn({"--remote", "203.0.113.2", "--nobind", "--ifconfig", "10.8.0.2", "10.8.0.1"}),
      {.ready = has_address("10.8.0.2")});
  EXPECT_UNREACHABLE(laptop, "10.8.0.1", GetsNoAnswer(), {.timeout = 200ms});
  EXPECT_EVENTUALLY(daemon.output(), Contains(HasSubstr("Authenticate/Decrypt packet error")));
}

TEST_F(Vpn, ShowsNothingInClearOnTheWire) {
  server();
  client();
  const Capture& wire = internet.capture("eth1", "udp port 1194");
  const Capture& inside = office.capture("tun0", "udp port 7");
  laptop.run([] { ASSERT_EQ(send_udp("10.8.0.1", 7, "secret"), 6); });
  EXPECT_EVENTUALLY(inside.packets(), Contains(Carries("secret")));
  EXPECT_EVENTUALLY(wire.packets(), Not(IsEmpty()));
  EXPECT_THAT(wire.packets(),
              Each(AllOf(Not(Carries("secret")), Src(AnyOf("198.51.100.2", "203.0.113.2")))));
}

TEST_F(Vpn, SurvivesTheNatForgettingIt) {
  server();
  const Daemon& daemon = client();
  ASSERT_THAT(home.connections(), Not(IsEmpty()));  // --ping 1: the client makes the next one
  home.forget_connections();
  EXPECT_EVENTUALLY(office.ping("10.8.0.2"), Replies(), 30s);
  EXPECT_TRUE(daemon.running());
}

// By --fragment: what is on its way is never larger than 1200 bytes.
TEST_F(Vpn, FindsItsMtuWhenIcmpIsFiltered) {
  server();
  client();
  narrow_the_way_and_filter_icmp();
  EXPECT_REACHABLE(laptop, "10.8.0.1", {.timeout = 3s, .payload = 1300});
}

TEST_F(Vpn, LeavesNoRouteBehind) {
  server();
  const Snapshot before = laptop.snapshot();
  Daemon& daemon = client();
  EXPECT_THAT(laptop.routes(), Contains(AllOf(To("10.9.0.0/24"), Dev("tun0"))));
  EXPECT_THAT(daemon.stop(), Exits(0));
  EXPECT_THAT(laptop.snapshot(), IsUnchangedSince(before));
}

TEST_F(Vpn, KeepsGoingOverALossyLine) {
  if (home.exec({"tc", "qdisc", "add", "dev", "lo", "root", "netem"}).exit_code != 0)
    GTEST_SKIP() << "this kernel cannot impair a wire";
  server();
  client();
  uplink.set_impairment({.delay = 40ms, .jitter = 10ms, .loss_percent = 5});
  EXPECT_THAT(laptop.ping("10.8.0.1", {.count = 100, .interval = 5ms, .timeout = 5s}),
              AllOf(Received(Ge(70)), Rtt(Each(Ge(60ms)))));
}

// ------------------------------------------------------------------------------- what it is good for

TEST(WithoutAVpn, HasNoWayInside) {
  TwoSites net;
  EXPECT_REACHABLE(net.laptop, net.office);
  EXPECT_UNREACHABLE(net.office, "192.168.1.10", GetsIcmp(IcmpError::kNoRoute, "203.0.113.1"));
}

TEST(WithoutAVpn, EachSiteFindsItsOwnKey) {
  TwoSites net;
  net.laptop.write_file("/etc/openvpn/key", "k3y\n");
  net.office.write_file("/etc/openvpn/key", "0ther\n");
  EXPECT_EQ(net.laptop.read_file("/etc/openvpn/key"), "k3y\n");
  EXPECT_THAT(net.office.exec({"cat", "/etc/openvpn/key"}), Prints("0ther\n"));
}

TEST(WithoutAVpn, TheOfficeSeesTheNat) {
  TwoSites net;
  Server& server = net.office.serve_echo(1194);
  const Capture& wire = net.internet.capture("eth1", "udp port 1194");
  ASSERT_REACHABLE(net.laptop, udp_to("203.0.113.2", 1194));
  EXPECT_THAT(server.clients(), ElementsAre(Src("198.51.100.2")));
  EXPECT_EVENTUALLY(wire.packets(), SizeIs(Ge(2u)));
  EXPECT_THAT(wire.packets(), Each(Src(AnyOf("198.51.100.2", "203.0.113.2"))));
}

TEST(WithoutAVpn, TheInternetReadsAll) {
  TwoSites net;
  const Capture& wire = net.internet.capture("eth1", "udp port 7");
  net.laptop.run([] { ASSERT_EQ(send_udp("203.0.113.2", 7, "secret"), 6); });
  EXPECT_EVENTUALLY(wire.packets(), ElementsAre(AllOf(Carries("secret"), Src("198.51.100.2"))));
}

TEST(WithoutAVpn, TheNatMayForgetItsConnections) {
  TwoSites net;
  net.office.serve_echo(1194);
  ASSERT_REACHABLE(net.laptop, udp_to("203.0.113.2", 1194));
  EXPECT_THAT(net.home.connections(), Not(IsEmpty()));
  net.home.forget_connections();
  EXPECT_THAT(net.home.connections(), IsEmpty());
  EXPECT_REACHABLE(net.laptop, udp_to("203.0.113.2", 1194));
}

TEST(WithoutAVpn, LargePacketsMeetABlackHoleWhereIcmpIsFiltered) {
  TwoSites net;
  net.internet.set_mtu("eth1", 1280);
  net.office.set_mtu("eth0", 1280);
  EXPECT_UNREACHABLE(net.laptop, "203.0.113.2", GetsIcmp(IcmpError::kPacketTooBig, "198.51.100.1"),
                     {.payload = 1300, .dont_fragment = true});
  net.narrow_the_way_and_filter_icmp();
  net.laptop.shell("ip route flush cache");
  net.home.shell("ip route flush cache");
  EXPECT_UNREACHABLE(net.laptop, "203.0.113.2", GetsNoAnswer(),
                     {.timeout = 300ms, .payload = 1300, .dont_fragment = true});
}

}  // namespace
