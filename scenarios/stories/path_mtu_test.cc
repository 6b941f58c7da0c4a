// Path MTU discovery, and the black hole where its ICMP is filtered.
//
//   a ──1500── r1 ──1400── r2 ──1500── b
//
// A router that must not fragment (IPv4's DF, which TCP sets; IPv6 always) drops what is too large
// and says so, with the mtu that would fit: RFC 1191, RFC 8201. The sender remembers it for the
// destination. Believed: ICMP can be filtered, it is only ping. Then small packets pass, the
// connection is made, and hangs with the first full-sized segment: RFC 2923. (Where the narrow link is
// an end's own, TCP says so in its handshake, by the MSS: it takes one in the middle.)
#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr int kFull = 1472;  // with 8 bytes of ICMP and 20 of IPv4: 1500

struct NarrowInTheMiddle {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& r1 = lab.add_node("r1", {.forwarding = true});
  Node& r2 = lab.add_node("r2", {.forwarding = true});
  Node& b = lab.add_node("b");

  NarrowInTheMiddle() {
    lab.connect({a, "eth0", {"10.0.1.2/24", "fd00:1::2/64"}},
                {r1, "eth0", {"10.0.1.1/24", "fd00:1::1/64"}});
    lab.connect({r1, "eth1", {"10.0.12.1/24", "fd00:12::1/64"}, {.mtu = 1400}},
                {r2, "eth1", {"10.0.12.2/24", "fd00:12::2/64"}, {.mtu = 1400}});
    lab.connect({r2, "eth0", {"10.0.2.1/24", "fd00:2::1/64"}},
                {b, "eth0", {"10.0.2.2/24", "fd00:2::2/64"}});
    const auto add_default = [](Node& node, const char* v4, const char* v6) {
      node.add_route({.to = "default", .via = v4});
      node.add_route({.to = "default", .via = v6});
    };
    add_default(a, "10.0.1.1", "fd00:1::1");
    add_default(r1, "10.0.12.2", "fd00:12::2");
    add_default(r2, "10.0.12.1", "fd00:12::1");
    add_default(b, "10.0.2.1", "fd00:2::1");
  }
};

class PathMtu : public Test, protected NarrowInTheMiddle {
 protected:
  void filter_icmp_errors() {
    r1.iptables("-A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP");
  }

  // Whether 3000 bytes from a come to b on a TCP connection that is made first.
  bool tcp_delivers(std::chrono::milliseconds within) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = htons(80), .sin_addr = {}, .sin_zero = {}};
    ::inet_pton(AF_INET, "10.0.2.2", &address.sin_addr);
    auto* const to = reinterpret_cast<sockaddr*>(&address);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    const UniqueFd listener = b.socket(AF_INET, SOCK_STREAM);
    ::setsockopt(listener.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::bind(listener.get(), to, sizeof address), 0);
    EXPECT_EQ(::listen(listener.get(), 1), 0);
    const UniqueFd client = a.socket(AF_INET, SOCK_STREAM);
    ::setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(client.get(), to, sizeof address), 0) << "the handshake is small";
    const UniqueFd server(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const std::string large(3000, 'x');
    EXPECT_EQ(::send(client.get(), large.data(), large.size(), 0), 3000);
    pollfd arrives{.fd = server.get(), .events = POLLIN, .revents = 0};
    return ::poll(&arrives, 1, static_cast<int>(within.count())) == 1;
  }
};

TEST_F(PathMtu, IsToldByTheRouterAndRemembered) {
  EXPECT_UNREACHABLE(a, b, GetsIcmp(IcmpError::kPacketTooBig, "10.0.1.1"),
                     {.payload = kFull, .dont_fragment = true});
  EXPECT_THAT(a.route_to(b), Mtu(1400));
  EXPECT_UNREACHABLE(a, b, FailsWith(EMSGSIZE), {.payload = kFull, .dont_fragment = true});
  EXPECT_REACHABLE(a, b, {.payload = 1372, .dont_fragment = true});
}

TEST_F(PathMtu, OfIpv6IsToldAndRemembered) {
  EXPECT_UNREACHABLE(a, "fd00:2::2", GetsIcmp(IcmpError::kPacketTooBig, "fd00:1::1"),
                     {.payload = 1452});
  EXPECT_THAT(a.route_to("fd00:2::2"), Mtu(1400));
}

TEST_F(PathMtu, DoesNotMatterToIpv4WithoutDfWhichTheRouterFragments) {
  EXPECT_REACHABLE(a, b, {.payload = kFull});
  EXPECT_THAT(a.route_to(b), Not(Mtu(1400)));
}

TEST_F(PathMtu, IsLearntByTcpInPassing) {
  EXPECT_TRUE(tcp_delivers(5s));
  EXPECT_THAT(a.route_to(b), Mtu(1400));
}

TEST_F(PathMtu, WithItsIcmpFilteredIsABlackHoleForLargePacketsOnly) {
  filter_icmp_errors();
  EXPECT_REACHABLE(a, b, {.dont_fragment = true});
  EXPECT_UNREACHABLE(a, b, GetsNoAnswer(),
                     {.timeout = 100ms, .payload = kFull, .dont_fragment = true});
  EXPECT_THAT(a.route_to(b), Not(Mtu(1400)));
}

TEST_F(PathMtu, WithItsIcmpFilteredLetsTcpConnectAndThenHangs) {
  filter_icmp_errors();
  EXPECT_FALSE(tcp_delivers(300ms));
}

TEST_F(PathMtu, WithItsIcmpFilteredIsMendedByAnMtuOnTheRoute) {
  filter_icmp_errors();
  a.add_route({.to = "10.0.2.0/24", .via = "10.0.1.1", .mtu = 1400});
  EXPECT_TRUE(tcp_delivers(5s));
}

}  // namespace
