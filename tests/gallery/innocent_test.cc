// What looks like the cause and is not: nobody is blamed who is not to blame.
#include "why.h"

#include <vethlab/base/default_time.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <fmt/format.h>

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

struct Innocent : Line {
  UniqueFd datagram_socket(const char* dev = "") {
    UniqueFd fd = b.socket(AF_INET, SOCK_DGRAM);
    sockaddr_in here{.sin_family = AF_INET, .sin_port = htons(53), .sin_addr = {}, .sin_zero = {}};
    const auto length = static_cast<socklen_t>(std::string(dev).size());
    EXPECT_EQ(::setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, dev, length), 0);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
    return fd;
  }
  const IpAddress router{"10.0.1.1"};
};

TEST_F(Innocent, NeighbourThatSomebodyElseAsksFor) {
  r.spawn({"ping", "-i", "0.2", "10.0.2.77"});
  r.drop("ip daddr 10.0.2.2", {.hook = FilterHook::kForward});
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain forward of "
            "table inet vethlab");
}

// The user traces something else in that node, which is dropped, too.
TEST_F(Innocent, PacketsThatAreTracedAnyway) {
  r.nft(
      "table inet f { chain c { type filter hook prerouting priority 0; icmp type echo-request ip "
      "daddr 10.0.2.77 meta nftrace set 1 drop; }; }");
  a.spawn({"ping", "-q", "-i", "0.005", "10.0.2.77"});
  r.drop("ip daddr 10.0.2.2", {.hook = FilterHook::kForward});
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain forward of "
            "table inet vethlab");
}

TEST_F(Innocent, EchoesOfAnotherPing) {
  a.spawn({"ping", "-i", "0.01", "-s", "20", "10.0.2.2"});
  b.drop("icmp type echo-request meta length 84");
  EXPECT_EQ(fault_of(),
            "b's firewall drops it: rule \"icmp type echo-request meta length 84 counter drop\" in "
            "chain input of table inet vethlab");
}

// Of more packets than the kernel has room to tell of while one waits for the probe: every 2 ms, and as much slower as
// the machine is, where they would else be a flood to the sockets that watch.
TEST_F(Innocent, EchoesOfManyOtherPings) {
  const std::chrono::duration<double> interval = default_time(1) / 500;
  a.spawn({"ping", "-q", "-i", fmt::format("{}", interval.count()), "-s", "20", "10.0.2.2"});
  b.drop("icmp type echo-request meta length 84");
  EXPECT_EQ(fault_of(),
            "b's firewall drops it: rule \"icmp type echo-request meta length 84 counter drop\" in "
            "chain input of table inet vethlab");
}

// So many that some were not seen: then none may be taken for missing, and nothing is said.
TEST_F(Innocent, FloodOfOthersPackets) {
  for (int i = 0; i < 2; ++i) a.spawn({"ping", "-q", "-f", "10.0.1.1"});
  b.drop("icmp type echo-request");
  EXPECT_EQ(fault_of({.timeout = std::chrono::seconds(1)}), "(none)");
}

TEST_F(Innocent, ProbeWithoutPayload) {
  b.drop("icmp type echo-request");
  EXPECT_EQ(fault_of({.timeout = kShort.timeout, .payload = 0}),
            "b's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input of "
            "table inet vethlab");
}

TEST_F(Innocent, ForwardingOfAHostForWhatIsItsOwn) {
  b.shell("ip route add local 192.0.2.0/24 dev lo");
  r.add_route({.to = "192.0.2.0/24", .via = "10.0.2.2"});
  ASSERT_REACHABLE(a, "192.0.2.5");
  b.drop("icmp type echo-request");
  EXPECT_EQ(why(reaches(a, "192.0.2.5", kShort)),
            "b's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input of "
            "table inet vethlab");
}

TEST_F(Innocent, TtlOfMulticast) {
  EXPECT_EQ(why(reaches(a, "224.0.0.1", {.timeout = kShort.timeout, .dev = "eth0"})),
            "r answers no echo to a broadcast or multicast address "
            "(net.ipv4.icmp_echo_ignore_broadcasts = 1)");
}

TEST_F(Innocent, OtherInterfaceThatIsDown) {
  a.add_veth("spare", "other");
  a.add_address("spare", "10.7.0.1/24");
  a.delete_route({.to = "default", .via = "10.0.1.1"});
  EXPECT_EQ(fault_of(),
            "a has no route to 10.0.2.2, and no default route (its networks: 10.0.1.0/24)");
}

TEST_F(Innocent, OtherInterfaceWithoutIpv6) {
  a.add_veth("spare", "other");
  a.set_sysctl("net.ipv6.conf.spare.disable_ipv6", "1");
  a.delete_route({.to = "default", .via = "fd00:1::1"});
  EXPECT_EQ(fault_of6(),
            "a has no route to fd00:2::2, and no default route (its networks: fd00:1::/64)");
}

TEST_F(Innocent, RpFilterThatHasTwoWaysBack) {
  lab.connect({r, "eth2", "10.0.4.1/24"}, {b, "eth1", "10.0.4.2/24"});
  b.delete_route({.to = "default", .via = "10.0.2.1"});
  b.shell("ip route add default nexthop via 10.0.2.1 nexthop via 10.0.4.1");
  b.set_sysctl("net.ipv4.conf.all.rp_filter", "1");
  ASSERT_REACHABLE(a, "10.0.4.2");
  b.set_sysctl("net.ipv4.icmp_echo_ignore_all", "1");
  for (const char* const to : {"10.0.2.2", "10.0.4.2"})
    EXPECT_EQ(why(reaches(a, to, kShort)), "b answers no echo (net.ipv4.icmp_echo_ignore_all = 1)");
}

TEST_F(Innocent, QueueThatPassesAll) {
  r.shell("tc qdisc add dev eth1 root tbf rate 10mbit burst 32k latency 50ms");
  ASSERT_REACHABLE(a, b);
  r.nft(
      "table inet f { chain c { type filter hook postrouting priority 500; oifname eth1 drop; }; "
      "}");
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"oifname \"eth1\" drop\" in chain c of table inet f");
}

TEST_F(Innocent, RouterThatTranslates) {
  r.publish(80, "10.0.2.2:5000");
  EXPECT_EQ(why(reaches(a, tcp_to(router, 80), kShort)),
            "nobody in b listens on TCP port 5000, as which port 80 came there");
  EXPECT_EQ(why(reaches(a, udp_to(router, 80), kShort)),
            "nobody in b listens on UDP port 5000, as which port 80 came there");
  b.serve_echo(5000);
  EXPECT_REACHABLE(a, tcp_to(router, 80));
  b.drop("tcp dport 5000");
  EXPECT_EQ(why(reaches(a, tcp_to(router, 80), kShort)),
            "b's firewall drops it: rule \"tcp dport 5000 counter drop\" in chain input of table "
            "inet vethlab");
}

TEST_F(Innocent, RouterThatTranslatesToNobody) {
  r.publish(80, "10.0.2.9:80");
  EXPECT_EQ(why(reaches(a, tcp_to(router, 80), kShort)),
            "r translates 10.0.1.1 to 10.0.2.9: r asks on eth1 for 10.0.2.9, which nobody in this "
            "lab has (on that network: b (10.0.2.2/24))");
}

TEST_F(Innocent, SocketOfAnotherInterface) {
  const UniqueFd fd = datagram_socket("lo");
  EXPECT_EQ(why(reaches(a, udp_to(b, 53), kShort)),
            "nobody in b listens on UDP port 53 of 10.0.2.2 on eth0, only of 0.0.0.0 on lo");
}

TEST_F(Innocent, SocketThatDoesNotAnswer) {
  const UniqueFd fd = datagram_socket();
  EXPECT_EQ(why(reaches(a, udp_to(b, 53), kShort)),
            "b has a socket on UDP port 53, and no answer of it left b");
}

TEST_F(Innocent, RouteByAMark) {
  r.delete_route({.to = "10.0.2.0/24", .dev = "eth1"});
  r.add_route({.to = "10.0.2.0/24", .dev = "eth1", .table = 77});
  r.add_rule({.priority = 100, .fwmark = 5, .table = 77});
  r.nft(
      "table ip f { chain early { type filter hook prerouting priority -150; meta mark set 5; }; "
      "}");
  ASSERT_REACHABLE(a, b);
  r.nft(
      "table ip g { chain c { type filter hook postrouting priority 0; ip daddr 10.0.2.2 drop; }; "
      "}");
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 drop\" in chain c of table ip g");
}

TEST_F(Innocent, BridgeOnARouterIsNoLoop) {
  r.add_bridge("br0");
  r.set_up("br0");
  r.delete_address("eth0", "10.0.1.1/24");
  r.add_address("br0", "10.0.1.1/24");
  r.set_master("eth0", "br0");
  ASSERT_REACHABLE(a, b);
  EXPECT_EQ(fault_of({.timeout = kShort.timeout, .ttl = 1}),
            "its ttl of 1 is used up at r, router number 1 on the way");
}

TEST_F(Innocent, OwnAddressAsTheSource) {
  ASSERT_REACHABLE(a, "127.0.0.1");
  a.drop("icmp type echo-request");
  for (const char* const to : {"127.0.0.1", "10.0.1.2"})
    EXPECT_EQ(why(reaches(a, to, kShort)),
              "a's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input "
              "of table inet vethlab");
  a.set_down("lo");
  EXPECT_EQ(why(reaches(a, "10.0.1.2", kShort)),
            "a's lo is down, by which it reaches its own addresses");
}

TEST_F(Innocent, LastNodeWhereTheOneBeforeHasNoRouteBack) {
  Node& c = lab.add_node("c", {.forwarding = true});
  Node& d = lab.add_node("d");
  lab.connect({r, "eth2", "10.0.5.1/24"}, {c, "eth0", "10.0.5.2/24"});
  lab.connect({c, "eth1", "10.0.6.1/24"}, {d, "eth0", "10.0.6.2/24"});
  d.shell("ip route replace default via 10.0.6.1");
  r.add_route({.to = "10.0.6.0/24", .via = "10.0.5.2"});
  c.shell("ip route del default 2>/dev/null || true");
  EXPECT_EQ(why(reaches(a, d, kShort)),
            "c has no route to 10.0.1.2, and no default route (its networks: 10.0.5.0/24, "
            "10.0.6.0/24)");
}

TEST(InnocentOnASwitch, WhoOverhearsAFrame) {
  StarNet net(4);
  net.sw.shell("ip link set br0 type bridge ageing_time 0");
  net.host(2).drop("icmp type echo-request");
  const auto verdict = reaches(net.host(1), net.host(2), kShort);
  EXPECT_EQ(why(verdict),
            "h2's firewall drops it: rule \"icmp type echo-request counter drop\" in chain input "
            "of table inet vethlab");
  EXPECT_THAT(verdict.message(), HasSubstr("    Path: h1 ─ok→ sw ─ok→ h2   it did not answer"));
}

}  // namespace
