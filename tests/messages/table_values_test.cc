// What a list that does not match looks like, of each value that is listed.
#include "failure_of.h"

#include <vethlab/vethlab.h>

#include <cerrno>
#include <chrono>
#include <vector>

using namespace testing;
using namespace vethlab;

namespace {

TEST(Tables, OfOtherValues) {
  const std::vector<Link> links = {
      {.index = 1, .name = "lo", .mtu = 65536, .qdisc = "noqueue", .type = "loopback"},
      {.index = 2, .name = "eth0", .mtu = 1500, .qdisc = "noqueue", .type = "ether"}};
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(links, Contains(AllOf(Named("eth0"), Mtu(1400)))); }),
            "  Actual: \n"
            "    1: lo: <> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default\n"
            "        link/loopback  brd \n"
            "  > 2: eth0: <> mtu 1500 qdisc noqueue state UNKNOWN mode DEFAULT group default\n"
            "        link/ether  brd     nearest: has mtu 1500");

  const std::vector<InterfaceAddress> addresses = {
      {.address = "10.0.0.1/24", .scope = "global", .dev = "eth0", .index = 2}};
  EXPECT_EQ(
      actual_of([&] { EXPECT_THAT(addresses, Contains(AllOf(Inet("10.0.0.1/24"), Dev("eth1")))); }),
      "  Actual: \n"
      "  > 2: eth0    inet 10.0.0.1/24 scope global eth0 valid_lft forever preferred_lft "
      "forever    nearest: has dev eth0");

  const std::vector<Neighbour> neighbours = {{.to = "10.0.0.2", .dev = "eth0", .state = "FAILED"},
                                             {.to = "10.0.0.3", .dev = "eth0", .state = "STALE"}};
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(neighbours, Each(State(Ne("FAILED")))); }),
            "  Actual: \n"
            "  > 10.0.0.2 dev eth0 FAILED    doesn't match: has state FAILED\n"
            "    10.0.0.3 dev eth0 STALE");

  const std::vector<Rule> rules = {{.priority = 0, .table = 255}, {.priority = 5, .table = 100}};
  EXPECT_EQ(actual_of([&] {
              EXPECT_THAT(rules, ElementsAre(Priority(0), AllOf(Priority(5), Table(101))));
            }),
            "  Actual: \n"
            "    0:\tfrom all lookup local\n"
            "  > 5:\tfrom all lookup 100    doesn't match: has table 100");

  const std::vector<NextHop> hops = {{.via = "10.0.0.1", .dev = "eth0"}};
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(hops, Contains(AllOf(Via("10.0.0.1"), Weight(2)))); }),
            "  Actual: \n"
            "  > nexthop via 10.0.0.1 dev eth0 weight 1    nearest: has weight 1");

  const std::vector<Echo> echoes = {{.rtt = std::chrono::microseconds(40)}, {.error = ENETUNREACH}};
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(echoes, Each(Rtt(_))); }),
            "  Actual: \n"
            "    rtt 40 us\n"
            "  > ENETUNREACH (Network is unreachable)    doesn't match: has no rtt");
}

TEST(Tables, OfChanges) {
  const std::vector<Change> changes = {
      {.object = Route{.to = "10.0.3.0/24", .dev = "eth0"}},
      {.kind = Change::Kind::kDeleted, .object = Route{.to = "10.0.3.0/24", .dev = "eth0"}}};
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(changes, Each(Announces<Route>(Dev("eth0")))); }),
            "  Actual: \n"
            "    10.0.3.0/24 dev eth0\n"
            "  > Deleted 10.0.3.0/24 dev eth0    doesn't match: is no route");
}

TEST(Tables, OfARouteWithSeveralNextHopsAreMarkedAtItsEnd) {
  const std::vector<Route> routes = {
      {.to = "10.0.0.0/8", .nexthops = {{.via = "10.0.0.1"}, {.via = "10.0.0.2"}}}};
  EXPECT_EQ(
      actual_of([&] {
        EXPECT_THAT(routes, Contains(AllOf(To("10.0.0.0/8"), NextHops(Contains(Via("10.0.0.3"))))));
      }),
      "  Actual: \n"
      "  > 10.0.0.0/8\n"
      "    \tnexthop via 10.0.0.1 weight 1\n"
      "    \tnexthop via 10.0.0.2 weight 1    nearest: has nexthops nexthop via 10.0.0.1 weight 1, "
      "nexthop via 10.0.0.2 weight 1");
}

}  // namespace
