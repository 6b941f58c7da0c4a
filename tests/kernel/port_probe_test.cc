// TCP and UDP probes: what comes of them, and each option.
#include "link_local.h"

#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>
#include <vethlab/fixtures/star.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(PortProbes, WithoutARouteFailAtOnce) {
  PairNet net;
  EXPECT_UNREACHABLE(net.a, tcp_to("192.0.2.1", 80), FailsWith(ENETUNREACH));
  EXPECT_UNREACHABLE(net.a, udp_to("192.0.2.1", 80), FailsWith(ENETUNREACH));
  EXPECT_UNREACHABLE(net.a, tcp_to("2001:db8::1", 80), FailsWith(ENETUNREACH));
  EXPECT_UNREACHABLE(net.a, udp_to("2001:db8::1", 80), FailsWith(ENETUNREACH));
  EXPECT_EQ(net.a.probe(tcp_to("192.0.2.1", 80), {.count = 2}).sent, 0);
}

TEST(PortProbes, TellWhoOnTheWayRefused) {
  LineNet net;
  for (const auto& to : {&tcp_to, &udp_to}) {
    const Caller here = Caller::here();
    EXPECT_UNREACHABLE(net.a, to("203.0.113.1", 80, here),
                       GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
    EXPECT_UNREACHABLE(net.a, to("2001:db8::1", 80, here),
                       GetsIcmp(IcmpError::kNoRoute, "fd00:1::1"));
    EXPECT_UNREACHABLE(net.a, to(net.b, 80, here), GetsIcmp(IcmpError::kTtlExceeded, "10.0.1.1"),
                       {.ttl = 1});
    EXPECT_UNREACHABLE(net.a, to("fd00:2::2", 80, here),
                       GetsIcmp(IcmpError::kTtlExceeded, "fd00:1::1"), {.ttl = 1});
  }
}

TEST(PortProbes, OfADatagramLearnTheMtuOfTheWay) {
  LineNet net;
  net.b.serve_echo(7);
  net.r.set_mtu("eth1", 1300);
  net.b.set_mtu("eth0", 1300);
  const ProbeReport report =
      net.a.probe(udp_to("10.0.2.2", 7), {.payload = 1400, .dont_fragment = true});
  EXPECT_THAT(report, GetsIcmp(IcmpError::kPacketTooBig, "10.0.1.1"));
  ASSERT_TRUE(report.icmp.has_value());
  EXPECT_EQ(report.icmp->mtu, 1300);
  EXPECT_REACHABLE(net.a, udp_to("10.0.2.2", 7), {.payload = 1400});
  EXPECT_UNREACHABLE(net.b, udp_to("10.0.2.1", 7), FailsWith(EMSGSIZE),
                     {.payload = 1400, .dont_fragment = true});
}

TEST(PortProbes, HaveTheSourceTheyAreTold) {
  LineNet net;
  Server& server = net.b.serve_echo(7);
  net.a.add_address("lo", "10.9.9.9/32");
  net.a.add_address("lo", "fd09::9/128");
  const ProbeOptions quick{.timeout = 50ms, .src = "10.9.9.9"};
  EXPECT_UNREACHABLE(net.a, tcp_to("10.0.2.2", 7), GetsNoAnswer(), quick);  // no way back
  net.r.add_route({.to = "10.9.9.9/32", .via = "10.0.1.2"});
  net.r.add_route({.to = "fd09::9/128", .via = "fd00:1::2"});
  EXPECT_REACHABLE(net.a, tcp_to("10.0.2.2", 7), {.src = "10.9.9.9"});
  EXPECT_REACHABLE(net.a, udp_to("fd00:2::2", 7), {.src = "fd09::9"});
  EXPECT_THAT(server.clients(), ElementsAre(AllOf(Over(Transport::kTcp), Src("10.9.9.9")),
                                            AllOf(Over(Transport::kUdp), Src("fd09::9"))));
}

TEST(PortProbes, HaveTheMarkTheyAreTold) {
  LineNet net;
  net.b.serve_echo(7);
  net.a.add_rule({.fwmark = 7, .table = 100});
  net.a.add_route({.type = "prohibit", .to = "default", .table = 100});
  EXPECT_REACHABLE(net.a, tcp_to("10.0.2.2", 7));
  EXPECT_UNREACHABLE(net.a, tcp_to("10.0.2.2", 7), FailsWith(EACCES), {.mark = 7});
  EXPECT_UNREACHABLE(net.a, udp_to("10.0.2.2", 7), FailsWith(EACCES), {.mark = 7});
}

TEST(PortProbes, OfALinkLocalAddressGoToItsZone) {
  PairNet net;
  net.b.serve_echo(7);
  const std::string there = link_local_of(net.b) + "%eth0";
  EXPECT_REACHABLE(net.a, tcp_to(there, 7));
  EXPECT_REACHABLE(net.a, udp_to(there, 7));
  EXPECT_REACHABLE(net.a, tcp_to(there, 7), {.src = link_local_of(net.a)});
}

TEST(PortProbes, SayWhoAnsweredInsteadOfTheOwner) {
  LineNet net;
  net.r.serve_echo(7);
  net.b.serve_echo(7);
  EXPECT_THAT(net.a.probe(tcp_to(net.b, 7)), Replies());
  EXPECT_THAT(net.a.probe(udp_to(net.b, 7), {.payload = 3}), Replies());
  net.r.add_address("lo", "10.0.2.2/32");
  EXPECT_EQ(net.a.probe(tcp_to(net.b, 7)).answered_by, "r");
  EXPECT_EQ(net.a.probe(udp_to(net.b, 7)).answered_by, "r");
  EXPECT_EQ(net.a.probe(udp_to(net.b, 7), {.payload = 3}).answered_by, "r");
  EXPECT_EQ(net.a.probe(tcp_to("10.0.2.2", 7)).answered_by, std::nullopt);
}

// The node that is meant is known by what it sees, whatever a NAT makes of addresses and ports.
TEST(PortProbes, KnowTheNodeBehindNat) {
  LineNet net;
  Server& server = net.b.serve_echo(8080);
  net.r.shell(
      "iptables -t nat -A PREROUTING -p tcp --dport 80 -j DNAT --to 10.0.2.2:8080\n"
      "iptables -t nat -A PREROUTING -p udp --dport 80 -j DNAT --to 10.0.2.2:8080\n"
      "iptables -t nat -A POSTROUTING -o eth1 -p tcp -j MASQUERADE --to-ports 1000-1010\n"
      "iptables -t nat -A POSTROUTING -o eth1 -p udp -j MASQUERADE --to-ports 1000-1010");
  EXPECT_REACHABLE(net.a, tcp_to(net.b, 80));
  EXPECT_REACHABLE(net.a, udp_to(net.b, 80));
  const auto masqueraded = AllOf(Src("10.0.2.1"), SrcPort(AllOf(Ge(1000), Le(1010))));
  EXPECT_THAT(server.clients(), ElementsAre(masqueraded, masqueraded));
  // Published: it is another node's answer, and the router's address.
  EXPECT_EQ(net.a.probe(tcp_to(net.r, 80)).answered_by, "b");
  EXPECT_REACHABLE(net.a, tcp_to("10.0.1.1", 80));
}

TEST(PortProbes, OfManyPairsAnswerInOrderWithEchoes) {
  LineNet net;
  net.b.serve_echo(7);
  const auto reports = net.lab.probe({{net.a, tcp_to(net.b, 7)},
                                      {net.a, net.b},
                                      {net.a, udp_to(net.b, 7), {.count = 3}},
                                      {net.a, tcp_to(net.b, 8)},
                                      {net.a, "192.0.2.1"},
                                      {net.a, udp_to(net.b, 8)},
                                      {net.r, tcp_to("192.0.2.1", 80)},
                                      {net.a, tcp_to("fd00:2::2", 7)}});
  EXPECT_THAT(reports, ElementsAre(Replies(), Replies(), Replies(), FailsWith(ECONNREFUSED),
                                   GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"),
                                   GetsIcmp(IcmpError::kPortUnreachable, "10.0.2.2"),
                                   FailsWith(ENETUNREACH), Replies()));
}

TEST(PortProbes, OfManyPairsTakeNoLongerThanTheirSlowest) {
  PairNet net;
  std::vector<Probe> probes;
  for (int i = 0; i < 20; ++i) {
    probes.push_back({net.a, "10.0.0.9", {.timeout = 200ms}});
    probes.push_back({net.a, tcp_to("10.0.0.9", 80), {.timeout = 200ms}});
    probes.push_back({net.a, udp_to("10.0.0.9", 80), {.timeout = 200ms}});
  }
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(net.lab.probe(probes), Each(GetsNoAnswer()));
  // One after another would be 12 s; the rest is room for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(PortProbes, OfAllPairsOfAStar) {
  StarNet net(12);
  for (Node* const host : net.hosts) host->serve_echo(7);
  std::vector<Probe> probes;
  for (Node* const from : net.hosts)
    for (Node* const to : net.hosts) {
      if (from == to) continue;
      probes.push_back({*from, *to});
      probes.push_back({*from, tcp_to(*to, 7)});
      probes.push_back({*from, udp_to(*to, 7)});
    }
  EXPECT_THAT(net.lab.probe(probes), Each(Replies()));
}

// However soon or late we look.
TEST(PortProbes, OfAConnectionThatIsResetAtOnceWasMade) {
  PairNet net;
  net.b.start(
      [] {
        const UniqueFd listener(::socket(AF_INET6, SOCK_STREAM, 0));
        const SocketAddress name = socket_address("::", 80);
        ASSERT_EQ(::bind(listener.get(), name.get(), name.size), 0);
        ASSERT_EQ(::listen(listener.get(), 64), 0);
        for (;;) {
          const UniqueFd client(::accept(listener.get(), nullptr, nullptr));
          const linger reset{.l_onoff = 1, .l_linger = 0};
          ::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        }
      },
      {.ready = listens_on_tcp(80)});
  EXPECT_REACHABLE(net.a, tcp_to(net.b, 80), {.count = 50, .interval = 0ms});
}

TEST(PortProbes, WhoseSynIsDroppedAtHomeGetNoAnswer) {
  PairNet net;
  net.a.shell("iptables -A OUTPUT -d 10.0.0.2 -j DROP");
  EXPECT_UNREACHABLE(net.a, tcp_to("10.0.0.2", 80), GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(net.a, udp_to("10.0.0.2", 80), FailsWith(EPERM));
  EXPECT_UNREACHABLE(net.a, "10.0.0.2", FailsWith(EPERM));
}

TEST(PortProbes, OfAShortDatagramAreNotKnownBehindAPortThatNatHasRewritten) {
  LineNet net;
  net.b.serve_echo(7);
  net.r.shell("iptables -t nat -A POSTROUTING -o eth1 -p udp -j MASQUERADE --to-ports 1000-1010");
  EXPECT_REACHABLE(net.a, udp_to(net.b, 7), {.payload = 8});
  EXPECT_EQ(net.a.probe(udp_to(net.b, 7), {.payload = 7}).answered_by, "another host");
  EXPECT_REACHABLE(net.a, udp_to("10.0.2.2", 7), {.payload = 7});
}

// More than wait for an answer at the same time.
TEST(PortProbes, OfMoreThanDescriptorsWaitForTheirTurn) {
  PairNet net;
  // b forwards nothing, and says nothing: of a neighbour that is none the kernel tells after 3 s.
  net.a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2"});
  EXPECT_THAT(
      net.a.probe(tcp_to("192.0.2.9", 80), {.count = 1500, .interval = 0ms, .timeout = 50ms}),
      AllOf(GetsNoAnswer(), Field(&ProbeReport::sent, 1500)));
}

}  // namespace
