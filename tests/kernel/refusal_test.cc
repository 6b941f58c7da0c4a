// What a probe gets where the way is barred: by the node itself, or by a router.
#include <vethlab/base/kernel_release.h>
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct RefusalTest : LineTest {
  void bar(const char* type) {  // at the router
    r.add_route({.type = type, .to = "192.0.2.0/24"});
    r.add_route({.type = type, .to = "2001:db8::/32"});
  }
};

TEST_F(RefusalTest, OfARouterWithABlackholeIsSilence) {
  bar("blackhole");
  EXPECT_UNREACHABLE(a, "192.0.2.1", GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(a, "2001:db8::1", GetsNoAnswer(), {.timeout = 50ms});
}

TEST_F(RefusalTest, OfARouterThatIsToldUnreachableIsHostUnreachableAndInIpv6NoRoute) {
  bar("unreachable");
  EXPECT_UNREACHABLE(a, "192.0.2.1", GetsIcmp(IcmpError::kHostUnreachable, "10.0.1.1"));
  EXPECT_UNREACHABLE(a, "2001:db8::1", GetsIcmp(IcmpError::kNoRoute, "fd00:1::1"));
}

TEST_F(RefusalTest, OfARouterThatProhibitsIsAdminProhibited) {
  bar("prohibit");
  EXPECT_UNREACHABLE(a, "192.0.2.1", GetsIcmp(IcmpError::kAdminProhibited, "10.0.1.1"));
  EXPECT_UNREACHABLE(a, "2001:db8::1", GetsIcmp(IcmpError::kAdminProhibited, "fd00:1::1"));
}

TEST_F(RefusalTest, OfARouterWithoutARouteIsNoRoute) {
  EXPECT_UNREACHABLE(a, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
  EXPECT_UNREACHABLE(a, "2001:db8::1", GetsIcmp(IcmpError::kNoRoute, "fd00:1::1"));
}

TEST_F(RefusalTest, OfARouterThatDoesNotForwardIsSilence) {
  r.set_sysctl("net.ipv4.ip_forward", "0");
  r.set_sysctl("net.ipv6.conf.all.forwarding", "0");
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(a, "fd00:2::2", GetsNoAnswer(), {.timeout = 50ms});
}

TEST_F(RefusalTest, ComesWithTheMtuOfTheNarrowLink) {
  r.set_mtu("eth1", 1300);
  const ProbeOptions large{.payload = 1400, .dont_fragment = true};
  for (const char* const to : {"10.0.2.2", "fd00:2::2"}) {
    const ProbeReport report = a.ping(to, large);
    EXPECT_THAT(report, GetsIcmp(IcmpError::kPacketTooBig));
    EXPECT_THAT(report.icmp, Optional(Field(&IcmpAnswer::mtu, Optional(1300))));
  }
}

TEST_F(RefusalTest, OfAHopLimitIsTtlExceededFromTheRouter) {
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsIcmp(IcmpError::kTtlExceeded, "10.0.1.1"), {.ttl = 1});
  EXPECT_UNREACHABLE(a, "fd00:2::2", GetsIcmp(IcmpError::kTtlExceeded, "fd00:1::1"), {.ttl = 1});
}

TEST_F(RefusalTest, OfTheNodesOwnRoutesIsAnErrno) {
  for (const char* const net : {"192.0.2", "2001:db8"}) {
    const std::string v4_or_v6 = net;
    const bool v4 = v4_or_v6 == "192.0.2";
    const std::string to = v4_or_v6 + (v4 ? ".1" : "::1");
    for (const auto& [type, error] :
         {std::pair("blackhole", EINVAL), std::pair("unreachable", EHOSTUNREACH),
          std::pair("prohibit", EACCES)}) {
      const Route route{.type = type, .to = Prefix::host(to)};
      a.add_route(route);
      EXPECT_UNREACHABLE(a, to, FailsWith(error));
      EXPECT_THAT([&] { (void)a.route_to(to); }, ThrowsErrno(error)) << type;
      a.delete_route(route);
    }
  }
}

TEST(Refusal, OfNoRouteAtAllIsNetUnreachable) {
  PairNet net;
  EXPECT_UNREACHABLE(net.a, "192.0.2.1", FailsWith(ENETUNREACH));
  EXPECT_UNREACHABLE(net.a, "2001:db8::1", FailsWith(ENETUNREACH));
  EXPECT_THAT([&] { (void)net.a.route_to("192.0.2.1"); }, ThrowsErrno(ENETUNREACH));
  EXPECT_THAT([&] { (void)net.a.route_to("2001:db8::1"); }, ThrowsErrno(ENETUNREACH));
}

TEST(Refusal, OfAPacketLargerThanTheLinkIsMessageTooLong) {
  PairNet net;
  net.a.set_mtu("eth0", 1300);
  const ProbeOptions large{.payload = 1400, .dont_fragment = true};
  EXPECT_UNREACHABLE(net.a, "10.0.0.2", FailsWith(EMSGSIZE), large);
  // Linux 5.10 sends an IPv6 echo in fragments all the same; the answer is too large for a's link.
  if (kernel_is_at_least(6, 1)) EXPECT_UNREACHABLE(net.a, "fd00::2", FailsWith(EMSGSIZE), large);
  else EXPECT_UNREACHABLE(net.a, "fd00::2", GetsNoAnswer(), large);
}

}  // namespace
