// A missing return route is silence.
//
//   a ── r ── b        b has no route to a's network
//
// Believed: where a route is missing, somebody says "network unreachable" (RFC 792). So it is where
// the question cannot be sent. But b takes the question in, cannot send its answer, and the only one
// who is told is b itself: no ICMP error is sent about an ICMP echo's answer that never left
// (RFC 1122, 3.2.2). For a that is the same silence as a cut cable.
#include <vethlab/fixtures/line.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

TEST(MissingReturnRoute, IsSilenceForWhoAsks) {
  LineNet net;
  net.b.delete_route({.to = "default", .via = "10.0.2.1"});
  EXPECT_UNREACHABLE(net.a, net.b, GetsNoAnswer(), {.timeout = 100ms});
}

TEST(MissingReturnRoute, DoesNotKeepTheQuestionFromArriving) {
  LineNet net;
  net.b.delete_route({.to = "default", .via = "10.0.2.1"});
  const UniqueFd at_b = net.b.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  EXPECT_UNREACHABLE(net.a, net.b, GetsNoAnswer(), {.timeout = 100ms});
  std::array<char, 128> question{};
  EXPECT_GT(::recv(at_b.get(), question.data(), question.size(), MSG_DONTWAIT), 0);
}

TEST(MissingReturnRoute, IsToldAtOnceToWhoHasNoRoute) {
  LineNet net;
  net.b.delete_route({.to = "default", .via = "10.0.2.1"});
  EXPECT_UNREACHABLE(net.b, net.a, FailsWith(ENETUNREACH));
}

// The plain counterpart: the route *to* the destination is missing, on the way.
TEST(MissingReturnRoute, OnTheWayThereTheRouterSaysSo) {
  LineNet net;
  EXPECT_UNREACHABLE(net.a, "192.0.2.1", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
}

TEST(MissingReturnRoute, AddedMakesItReachable) {
  LineNet net;
  net.b.delete_route({.to = "default", .via = "10.0.2.1"});
  net.b.add_route({.to = "10.0.1.0/24", .via = "10.0.2.1"});
  EXPECT_REACHABLE(net.a, net.b);
}

}  // namespace
