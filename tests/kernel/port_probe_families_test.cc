// TCP and UDP probes: what comes of them in IPv4, and the same in IPv6.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/pair.h>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct PortProbe : PairTest, WithParamInterface<const char*> {
  const char* to = GetParam();
};
INSTANTIATE_TEST_SUITE_P(OfBothFamilies, PortProbe, Values("10.0.0.2", "fd00::2"),
                         [](const auto& each) { return each.index == 0 ? "Ipv4" : "Ipv6"; });

TEST_P(PortProbe, OfAPortThatIsListenedOnIsConnected) {
  b.serve_http(80, "");
  const ProbeReport report = a.probe(tcp_to(to, 80), {.count = 3, .interval = 1ms});
  EXPECT_THAT(report, Replies());
  EXPECT_EQ(report.transport, Transport::kTcp);
  EXPECT_EQ(report.sent, 3);
  EXPECT_EQ(report.received, 3);
  EXPECT_THAT(report.rtt, SizeIs(3));
  EXPECT_EQ(report.error, std::nullopt);
}

TEST_P(PortProbe, OfAPortThatNobodyListensOnIsRefused) {
  EXPECT_UNREACHABLE(a, tcp_to(to, 81), FailsWith(ECONNREFUSED));
  EXPECT_UNREACHABLE(a, tcp_to(to, 81), FailsWith(ECONNREFUSED), {.count = 20, .interval = 0ms});
}

TEST_P(PortProbe, OfAUdpPortThatNobodyHasGetsPortUnreachable) {
  EXPECT_UNREACHABLE(a, udp_to(to, 53), GetsIcmp(IcmpError::kPortUnreachable, to));
}

TEST_P(PortProbe, OfADatagramThatIsAnsweredTellsItsTtl) {
  b.serve_echo(7);
  EXPECT_THAT(a.probe(udp_to(to, 7)), AllOf(Replies(), Ttl(64)));
  EXPECT_THAT(a.probe(tcp_to(to, 7)), Replies());
}

TEST_P(PortProbe, CarriesNoPayloadOrAnyPayload) {
  b.serve_echo(7);
  for (const int bytes : {0, 7, 8, 1452, 1453, 60000, 65507}) {
    EXPECT_REACHABLE(a, udp_to(to, 7), {.count = 2, .payload = bytes});
    EXPECT_REACHABLE(a, udp_to(b, 7), {.payload = bytes});
  }
}

TEST_P(PortProbe, OfADatagramThatNobodyAnswersGetsNoAnswer) {
  const UniqueFd deaf = b.socket(AF_INET6, SOCK_DGRAM);
  const SocketAddress name = socket_address("::", 9);
  ASSERT_EQ(::bind(deaf.get(), name.get(), name.size), 0);
  EXPECT_UNREACHABLE(a, udp_to(to, 9), GetsNoAnswer(), {.timeout = 50ms});
}

TEST_P(PortProbe, OfAHostThatIsNotThereGetsNoAnswer) {
  b.delete_address("eth0", to == std::string("10.0.0.2") ? "10.0.0.2/24" : "fd00::2/64");
  EXPECT_UNREACHABLE(a, tcp_to(to, 80), GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(a, udp_to(to, 80), GetsNoAnswer(), {.timeout = 50ms});
}

TEST_P(PortProbe, LeavesByTheDeviceItIsTold) {
  b.serve_echo(7);
  EXPECT_REACHABLE(a, tcp_to(to, 7), {.dev = "eth0"});
  EXPECT_REACHABLE(a, udp_to(to, 7), {.dev = "eth0"});
  // IPv4 takes it that whoever is asked for by a device is behind it; IPv6 wants a route.
  const auto nowhere = to == std::string("10.0.0.2") ? GetsNoAnswer() : FailsWith(ENETUNREACH);
  EXPECT_UNREACHABLE(a, tcp_to(to, 7), nowhere, {.timeout = 50ms, .dev = "lo"});
  EXPECT_UNREACHABLE(a, udp_to(to, 7), nowhere, {.timeout = 50ms, .dev = "lo"});
}

TEST_P(PortProbe, HoldsALongTrainOfEach) {
  b.serve_echo(7);
  EXPECT_REACHABLE(a, tcp_to(to, 7), {.count = 500, .interval = 0ms, .timeout = 10s});
  // As many as the server's socket holds, should it get no time meanwhile.
  EXPECT_REACHABLE(a, udp_to(to, 7), {.count = 100, .interval = 0ms, .timeout = 10s});
}

TEST_P(PortProbe, ReachesItsOwnNode) {
  b.serve_echo(7);
  EXPECT_REACHABLE(b, tcp_to(to, 7));
  EXPECT_REACHABLE(b, udp_to(b, 7));
  EXPECT_UNREACHABLE(b, tcp_to(b, 8), FailsWith(ECONNREFUSED));
}

// No TIME_WAIT, no orphan: the port is as before.
TEST_P(PortProbe, LeavesNoConnection) {
  b.serve_http(80, "");
  EXPECT_REACHABLE(a, tcp_to(to, 80), {.count = 10, .interval = 0ms});
  const std::string sockets = a.exec({"cat", "/proc/net/tcp", "/proc/net/tcp6"}).out;
  EXPECT_EQ(std::ranges::count(sockets, '\n'), 2) << sockets;  // their headings
}

// A firewall's reject is told as what it sends.
TEST_P(PortProbe, IsRejectedByAFirewallAsItSays) {
  const bool v4 = to == std::string("10.0.0.2");
  const std::string tables = v4 ? "iptables" : "ip6tables";
  const std::string port = v4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
  const std::string admin = v4 ? "icmp-admin-prohibited" : "icmp6-adm-prohibited";
  b.serve_echo(7);
  b.serve_echo(8);
  b.serve_echo(9);
  b.serve_echo(10);
  b.shell(tables + " -A INPUT -p tcp --dport 7 -j REJECT --reject-with " + port + "\n" +    //
          tables + " -A INPUT -p tcp --dport 8 -j REJECT --reject-with tcp-reset\n" +       //
          tables + " -A INPUT -p tcp --dport 9 -j DROP\n" +                                 //
          tables + " -A INPUT -p tcp --dport 10 -j REJECT --reject-with " + admin + "\n" +  //
          tables + " -A INPUT -p udp --dport 10 -j REJECT --reject-with " + admin);
  EXPECT_UNREACHABLE(a, tcp_to(to, 7), GetsIcmp(IcmpError::kPortUnreachable, to));
  EXPECT_UNREACHABLE(a, tcp_to(to, 8), FailsWith(ECONNREFUSED));
  EXPECT_UNREACHABLE(a, tcp_to(to, 9), GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(a, tcp_to(to, 10), GetsIcmp(IcmpError::kAdminProhibited, to));
  EXPECT_UNREACHABLE(a, udp_to(to, 10), GetsIcmp(IcmpError::kAdminProhibited, to));
}

}  // namespace
