// The longest prefix wins, whatever the metrics; among equal prefixes the smallest metric.
//
//            ┌─ eth0 ── .1 r1        10.0.1.0/24
//     host ──┤
//            └─ eth1 ── .1 r2        10.0.2.0/24
//
// Believed: a route with a small metric is "preferred". Only to another one for the same prefix: the
// lookup is by the longest match first (RFC 1812, 5.2.4.3; ip-route(8)). The routers know no route
// to 192.0.2.0/24 and say so, so that each answer tells which of them was asked.
#include <vethlab/vethlab.h>

#include <system_error>

using namespace testing;
using namespace vethlab;

namespace {

struct TwoRouters {
  Lab lab;
  Node& host = lab.add_node("host");
  Node& r1 = lab.add_node("r1", {.forwarding = true});
  Node& r2 = lab.add_node("r2", {.forwarding = true});
  Wire& first = lab.connect({host, "eth0", "10.0.1.2/24"}, {r1, "eth0", "10.0.1.1/24"});
  Wire& second = lab.connect({host, "eth1", "10.0.2.2/24"}, {r2, "eth0", "10.0.2.1/24"});
};

class LongestPrefix : public Test, protected TwoRouters {};

TEST_F(LongestPrefix, BeatsASmallerMetric) {
  host.add_route({.to = "192.0.2.0/24", .via = "10.0.1.1", .metric = 1});
  host.add_route({.to = "192.0.2.128/25", .via = "10.0.2.1", .metric = 1000});
  EXPECT_THAT(host.route_to("192.0.2.200"), AllOf(Via("10.0.2.1"), Dev("eth1")));
  EXPECT_UNREACHABLE(host, "192.0.2.200", GetsIcmp(IcmpError::kNoRoute, "10.0.2.1"));
  EXPECT_UNREACHABLE(host, "192.0.2.7", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
}

TEST_F(LongestPrefix, BeatsADefaultRouteThatComesWithoutMetric) {
  host.add_route({.to = "default", .via = "10.0.1.1"});
  host.add_route({.to = "192.0.2.0/24", .via = "10.0.2.1", .metric = 1000});
  EXPECT_UNREACHABLE(host, "192.0.2.7", GetsIcmp(IcmpError::kNoRoute, "10.0.2.1"));
  EXPECT_UNREACHABLE(host, "198.51.100.7", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
}

TEST_F(LongestPrefix, OfEqualLengthTheSmallestMetricWins) {
  host.add_route({.to = "192.0.2.0/24", .via = "10.0.1.1", .metric = 20});
  host.add_route({.to = "192.0.2.0/24", .via = "10.0.2.1", .metric = 10});
  EXPECT_UNREACHABLE(host, "192.0.2.7", GetsIcmp(IcmpError::kNoRoute, "10.0.2.1"));
  host.delete_route({.to = "192.0.2.0/24", .metric = 10});
  EXPECT_UNREACHABLE(host, "192.0.2.7", GetsIcmp(IcmpError::kNoRoute, "10.0.1.1"));
}

// No metric is the metric 0 in IPv4, the best there is; ip-route(8) calls it preference.
TEST_F(LongestPrefix, OfEqualLengthOneWithoutMetricWins) {
  host.add_route({.to = "192.0.2.0/24", .via = "10.0.1.1", .metric = 1});
  host.add_route({.to = "192.0.2.0/24", .via = "10.0.2.1"});
  EXPECT_UNREACHABLE(host, "192.0.2.7", GetsIcmp(IcmpError::kNoRoute, "10.0.2.1"));
}

// The same prefix and metric a second time is no second choice: it is refused.
TEST_F(LongestPrefix, AndMetricNameOneRouteOnly) {
  host.add_route({.to = "192.0.2.0/24", .via = "10.0.1.1", .metric = 10});
  EXPECT_THAT([&] { host.add_route({.to = "192.0.2.0/24", .via = "10.0.2.1", .metric = 10}); },
              ThrowsMessage<std::system_error>(HasSubstr("File exists")));
}

}  // namespace
