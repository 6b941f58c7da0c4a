// Routes that are preferred, shadowed and deleted.
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>

using namespace testing;
using namespace vethlab;

namespace {

class RouteChangeTest : public PairTest {};

TEST_F(RouteChangeTest, SmallerMetricWins) {
  a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2", .metric = 20});
  a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.3", .metric = 10});
  EXPECT_THAT(a.route_to("192.0.2.1"), Via("10.0.0.3"));
  a.add_route({.to = "2001:db8::/32", .via = "fd00::2", .metric = 20});
  a.add_route({.to = "2001:db8::/32", .via = "fd00::3", .metric = 10});
  EXPECT_THAT(a.route_to("2001:db8::1"), Via("fd00::3"));
}

TEST_F(RouteChangeTest, DeleteTakesTheOneThatIsNamed) {
  a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2", .metric = 20});
  a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.3", .metric = 10});
  a.delete_route({.to = "192.0.2.0/24", .metric = 20});
  EXPECT_THAT(a.routes(), Contains(AllOf(To("192.0.2.0/24"), Via("10.0.0.3"))));
  EXPECT_THAT(a.routes(), Not(Contains(AllOf(To("192.0.2.0/24"), Via("10.0.0.2")))));
}

TEST_F(RouteChangeTest, DeleteWithFieldsLeftOutMatchesAny) {
  a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2", .proto = "bgp", .metric = 20});
  a.add_route({.to = "2001:db8::/32", .via = "fd00::2", .proto = "bgp", .metric = 20});
  a.add_route({.type = "blackhole", .to = "198.51.100.0/24", .table = 100});
  a.delete_route({.to = "192.0.2.0/24"});
  a.delete_route({.to = "2001:db8::/32"});
  a.delete_route({.type = "blackhole", .to = "198.51.100.0/24", .table = 100});
  EXPECT_THAT(a.routes(), Not(Contains(To("192.0.2.0/24"))));
  EXPECT_THAT(a.routes({.family = Family::kIpv6}), Not(Contains(To("2001:db8::/32"))));
  EXPECT_THAT(a.routes({.table = 100}), IsEmpty());
}

TEST_F(RouteChangeTest, DefaultByAnIpv6GatewayIsIpv6s) {
  a.add_route({.to = "default", .via = "fd00::2"});
  EXPECT_THAT(a.routes({.family = Family::kIpv6}), Contains(AllOf(To("::/0"), Via("fd00::2"))));
  EXPECT_THAT(a.routes(), Not(Contains(To("default"))));
  a.delete_route({.to = "default", .via = "fd00::2"});
  EXPECT_THAT(a.routes({.family = Family::kIpv6}), Not(Contains(To("::/0"))));
}

TEST_F(RouteChangeTest, DeviceRouteNeedsNoGateway) {
  b.add_address("lo", "192.0.2.1/32");
  // Not on lo: ARP answers for any address of the node, neighbour discovery for the device's own.
  b.add_address("eth0", "2001:db8::1/128");
  a.add_route({.to = "192.0.2.1/32", .dev = "eth0"});
  a.add_route({.to = "2001:db8::1/128", .dev = "eth0"});
  EXPECT_REACHABLE(a, "192.0.2.1");
  EXPECT_REACHABLE(a, "2001:db8::1");
}

TEST_F(RouteChangeTest, MtuOfARouteIsShown) {
  a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2", .mtu = 1300});
  EXPECT_THAT(a.routes(), Contains(AllOf(To("192.0.2.0/24"), Mtu(1300))));
}

TEST_F(RouteChangeTest, RefusalsKeepTheKernelsErrno) {
  a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2"});
  a.add_route({.to = "2001:db8::/32", .via = "fd00::2"});
  EXPECT_THAT([&] { a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2"}); }, ThrowsErrno(EEXIST));
  EXPECT_THAT([&] { a.add_route({.to = "2001:db8::/32", .via = "fd00::2"}); }, ThrowsErrno(EEXIST));
  EXPECT_THAT([&] { a.delete_route({.to = "198.51.100.0/24"}); }, ThrowsErrno(ESRCH));
  EXPECT_THAT([&] { a.delete_route({.to = "2001:db9::/32"}); }, ThrowsErrno(ESRCH));
}

}  // namespace
