// Streams through routers and switches: what the way does to them.
#include "pass_time.h"

#include <vethlab/fixtures/line.h>

#include <utility>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// a's gateway is r in any case; b's answers come back by r, or by r and s.
struct TwoWaysBack : LineNet {
  Node& s = lab.add_node("s", {.forwarding = true});
  Wire& rs = lab.connect({r, "eth2", {"10.0.3.1/24", "fd00:3::1/64"}},
                         {s, "eth0", {"10.0.3.2/24", "fd00:3::2/64"}});
  Wire& sb = lab.connect({s, "eth1", {"10.0.4.1/24", "fd00:4::1/64"}},
                         {b, "eth1", {"10.0.4.2/24", "fd00:4::2/64"}});
  TwoWaysBack() {
    s.add_route({.to = "10.0.1.0/24", .via = "10.0.3.1"});
    s.add_route({.to = "fd00:1::/64", .via = "fd00:3::1"});
  }
};

TEST(Streams, TellWhenTheTtlChanges) {
  TwoWaysBack net;
  // Neighbours that are being asked for when a change is done are forgotten, with what waits for them.
  EXPECT_REACHABLE(net.b, net.s);
  EXPECT_REACHABLE(net.b, "fd00:4::1");
  EXPECT_REACHABLE(net.s, net.r);
  EXPECT_REACHABLE(net.s, "fd00:3::1");
  const auto detour = [&](const char* to, const Route& longer) {
    const StreamReport report = net.a.stream(to, [&] {
      pass_time(net.a, 50ms);
      net.b.add_route(longer);
      pass_time(net.a, 50ms);
    });
    EXPECT_THAT(report, AllOf(Lost(0), Ttl(63), TtlChanges(ElementsAre(AllOf(From(63), To(62))))));
    EXPECT_THAT(report, TtlChanges(Contains(At(AllOf(Gt(0us), Lt(report.duration))))));
  };
  detour("10.0.2.2", {.to = "10.0.1.0/24", .via = "10.0.4.1"});
  detour("fd00:2::2", {.to = "fd00:1::/64", .via = "fd00:4::1"});
}

TEST(Streams, CountWhatALoopSendsBack) {
  LineNet net;  // b routes to r, which now routes to b
  net.b.set_sysctl("net.ipv4.ip_forward", "1");
  net.b.set_sysctl("net.ipv6.conf.all.forwarding", "1");
  net.r.add_route({.to = "203.0.113.0/24", .via = "10.0.2.2"});
  net.r.add_route({.to = "2001:db8::/32", .via = "fd00:2::2"});
  for (const auto& [to, from] : std::vector<std::pair<const char*, const char*>>{
           {"203.0.113.1", "10.0.2.2"}, {"2001:db8::1", "fd00:2::2"}}) {
    const StreamReport report =
        net.a.stream(to, [&] { pass_time(net.a, 50ms); }, {.per_second = 100, .timeout = 200ms});
    EXPECT_THAT(report, AllOf(Sent(Ge(5)), Received(0)));
    EXPECT_THAT(
        report,
        Icmp(ElementsAre(AllOf(Error(IcmpError::kTtlExceeded), From(from), Count(report.sent)))));
  }
}

TEST(Streams, GoToManyDestinationsAtOnce) {
  LineNet net;
  const std::vector<StreamReport> reports = net.a.stream({net.r, net.b, "fd00:2::2", "203.0.113.1"},
                                                         [&] {
                                                           net.right.drop_all();
                                                           pass_time(net.a, 30ms);
                                                         },
                                                         {.timeout = 200ms});
  EXPECT_THAT(
      reports,
      ElementsAre(AllOf(To("r (10.0.1.1)"), Lost(0)), AllOf(To("b (10.0.2.2)"), Lost(Ge(29))),
                  AllOf(To("fd00:2::2"), Lost(Ge(29))), AllOf(To("203.0.113.1"), Received(0))));
  for (const StreamReport& report : reports) EXPECT_THAT(report, Sent(Ge(30)));
}

// Two hosts of a switch have the address, and a sends to both of them.
TEST(Streams, CountDuplicates) {
  Lab lab;
  Node& sw = lab.add_switch("sw");
  Node& a = lab.add_node("a");
  lab.connect({a, "eth0", "10.0.0.1/24"}, sw);
  for (const char* const name : {"b", "c"})
    lab.connect({lab.add_node(name), "eth0", "10.0.0.2/24"}, sw);
  a.add_neighbour({.to = "10.0.0.2", .dev = "eth0", .lladdr = "01:00:5e:00:00:01"});
  const StreamReport report = a.stream("10.0.0.2", [&] { pass_time(a, 20ms); });
  EXPECT_THAT(report, AllOf(Sent(Ge(20)), Lost(0), Duplicated(Ge(1))));
  EXPECT_LE(report.duplicated, report.sent);
}

TEST(Limits, AStreamCountsAnAnswerWhoeverGivesIt) {
  LineNet net;
  net.r.add_address("lo", "10.0.2.2/32");  // r answers for b
  EXPECT_THAT(net.a.stream(net.b, [] {}), AllOf(Sent(Ge(1)), Lost(0)));
  EXPECT_EQ(net.a.ping(net.b).answered_by, "r");
}

}  // namespace
