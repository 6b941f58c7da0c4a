#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>

using namespace testing;
using namespace vethlab;

namespace {

TEST(Routes, ByGatewayDeviceTableAndMetric) {
  PairNet net;
  net.a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2", .metric = 7});
  net.a.add_route({.to = "198.51.100.0/24", .dev = "eth0", .table = 100, .src = "10.0.0.1"});
  net.a.add_route({.to = "2001:db8::/32", .via = "fd00::2"});
  EXPECT_THAT(net.a.routes(), Contains(AllOf(To("192.0.2.0/24"), Via("10.0.0.2"), Dev("eth0"),
                                             Metric(7u), Proto("boot"))));
  EXPECT_THAT(net.a.routes({.table = 100}), ElementsAre(AllOf(To("198.51.100.0/24"), Dev("eth0"),
                                                              Scope("link"), Src("10.0.0.1"))));
  EXPECT_THAT(net.a.routes({.family = Family::kIpv6}),
              Contains(AllOf(To("2001:db8::/32"), Via("fd00::2"))));
  net.a.delete_route({.to = "192.0.2.0/24"});
  net.a.delete_route({.to = "2001:db8::/32"});
  EXPECT_THAT(net.a.routes(), Not(Contains(To("192.0.2.0/24"))));
  EXPECT_THAT(net.a.routes({.family = Family::kIpv6}), Not(Contains(To("2001:db8::/32"))));
}

TEST(Routes, DefaultTakesItsGatewaysFamily) {
  LineNet net;
  EXPECT_THAT(net.a.routes(), Contains(AllOf(To("default"), Via("10.0.1.1"))));
  EXPECT_THAT(net.a.routes({.family = Family::kIpv6}),
              Contains(AllOf(To("::/0"), Via("fd00:1::1"))));
  net.a.delete_route({.to = "default"});
  EXPECT_UNREACHABLE(net.a, "10.0.2.2", FailsWith(ENETUNREACH));
  EXPECT_REACHABLE(net.a, "fd00:2::2");
}

TEST(Routes, OfTypesThatRefuseFailAsTheKernelSays) {
  PairNet net;
  for (const char* const to : {"192.0.2.", "2001:db8:0:"}) {
    const bool v4 = std::string(to) == "192.0.2.";
    const auto prefix = [&](int k) {
      return v4 ? to + std::to_string(k) + "/32" : to + std::to_string(k) + "::1/128";
    };
    const auto host = [&](int k) {
      return v4 ? to + std::to_string(k) : to + std::to_string(k) + "::1";
    };
    net.a.add_route({.type = "blackhole", .to = prefix(1)});
    net.a.add_route({.type = "unreachable", .to = prefix(2)});
    net.a.add_route({.type = "prohibit", .to = prefix(3)});
    EXPECT_UNREACHABLE(net.a, host(1), FailsWith(EINVAL));
    EXPECT_UNREACHABLE(net.a, host(2), FailsWith(EHOSTUNREACH));
    EXPECT_UNREACHABLE(net.a, host(3), FailsWith(EACCES));
  }
  EXPECT_THAT(net.a.routes(), Contains(AllOf(Type("prohibit"), To("192.0.2.3/32"))));
}

TEST(Routes, OfSeveralNextHopsShowThemAll) {
  PairNet net;
  net.a.add_address("eth0", "10.0.1.1/24");
  net.a.add_address("eth0", "fd01::1/64");
  net.a.add_route(
      {.to = "192.0.2.0/24", .nexthops = {{.via = "10.0.0.2"}, {.via = "10.0.1.2", .weight = 3}}});
  net.a.add_route({.to = "2001:db8::/32", .nexthops = {{.via = "fd00::2"}, {.via = "fd01::2"}}});
  const auto hops = [&](Family family, const Prefix& to) {
    for (const Route& route : net.a.routes({.family = family}))
      if (route.to == to) return route.nexthops;
    return std::vector<NextHop>{};
  };
  EXPECT_THAT(hops(Family::kIpv4, "192.0.2.0/24"),
              ElementsAre(AllOf(Via("10.0.0.2"), Dev("eth0"), Field(&NextHop::weight, 1)),
                          AllOf(Via("10.0.1.2"), Dev("eth0"), Field(&NextHop::weight, 3))));
  EXPECT_THAT(hops(Family::kIpv6, "2001:db8::/32"),
              UnorderedElementsAre(Via("fd00::2"), Via("fd01::2")));
}

TEST(Routes, RouteToSaysWhatTheKernelWouldTake) {
  LineNet net;
  EXPECT_THAT(net.a.route_to("10.0.2.2"), AllOf(Via("10.0.1.1"), Dev("eth0"), Src("10.0.1.2")));
  EXPECT_THAT(net.a.route_to(net.b), Via("10.0.1.1"));
  EXPECT_THAT(net.a.route_to("fd00:2::2"), Via("fd00:1::1"));
  EXPECT_THAT(net.a.route_to("127.0.0.1"), Type("local"));
}

TEST(Routes, RouteToTakesSourceDeviceAndMark) {
  PairNet net;
  net.a.add_address("lo", "192.0.2.1/32");
  net.a.add_route({.to = "198.51.100.0/24", .via = "10.0.0.2", .table = 100});
  net.a.add_rule({.priority = 50, .from = "192.0.2.1/32", .table = 100});
  net.a.add_rule({.priority = 60, .fwmark = 7, .table = 100});
  EXPECT_THAT([&] { (void)net.a.route_to("198.51.100.1"); }, ThrowsErrno(ENETUNREACH));
  EXPECT_THAT(net.a.route_to("198.51.100.1", {.src = "192.0.2.1"}),
              AllOf(Via("10.0.0.2"), Table(100)));
  EXPECT_THAT(net.a.route_to("198.51.100.1", {.mark = 7}), AllOf(Via("10.0.0.2"), Table(100)));
  EXPECT_THAT(net.a.route_to("10.0.0.2", {.dev = "lo"}), Dev("lo"));
}

TEST(Rules, ChooseATableByMark) {
  PairNet net;
  net.a.add_route({.type = "unreachable", .to = "default", .table = 100});
  net.a.add_rule({.priority = 50, .fwmark = 7, .table = 100});
  EXPECT_THAT(net.a.rules(), Contains(AllOf(Table(100), Field(&Rule::fwmark, Optional(7u)))));
  EXPECT_REACHABLE(net.a, "10.0.0.2");
  EXPECT_UNREACHABLE(net.a, "10.0.0.2", FailsWith(EHOSTUNREACH), {.mark = 7});
  net.a.delete_rule({.priority = 50, .fwmark = 7, .table = 100});
  EXPECT_REACHABLE(net.a, "10.0.0.2", {.mark = 7});
}

TEST(Rules, OfIpv6AreTheirOwn) {
  PairNet net;
  net.a.add_rule({.priority = 60, .from = "2001:db8::/32", .action = "blackhole"});
  EXPECT_THAT(net.a.rules(Family::kIpv6), Contains(Field(&Rule::action, "blackhole")));
  EXPECT_THAT(net.a.rules(), Not(Contains(Field(&Rule::action, "blackhole"))));
}

TEST(Neighbours, AreListedAddedAndDeleted) {
  PairNet net;
  EXPECT_REACHABLE(net.a, net.b);
  EXPECT_THAT(net.a.neighbours(),
              Contains(AllOf(Field(&Neighbour::to, IpAddress("10.0.0.2")), Dev("eth0"))));
  net.a.add_neighbour({.to = "10.0.0.9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  net.a.add_neighbour({.to = "fd00::9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  EXPECT_THAT(net.a.neighbours(), Contains(Field(&Neighbour::state, "PERMANENT")).Times(2));
  net.a.delete_neighbour({.to = "10.0.0.9", .dev = "eth0"});
  EXPECT_THAT(net.a.neighbours(), Contains(Field(&Neighbour::state, "PERMANENT")).Times(1));
}

}  // namespace
