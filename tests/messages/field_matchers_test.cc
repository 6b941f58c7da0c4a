// Each matcher of a field: a pass, a fail, and its texts, to the letter.
#include "expect_texts.h"

#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

Link a_link() {
  return {.index = 7,
          .name = "eth0",
          .flags = {"BROADCAST", "UP", "LOWER_UP"},
          .up = true,
          .lower_up = true,
          .mtu = 1500,
          .qdisc = "noqueue",
          .master = "br0",
          .state = OperState::kUp,
          .qlen = 1000,
          .type = "ether",
          .mac = "02:00:00:00:00:01",
          .brd = "ff:ff:ff:ff:ff:ff",
          .kind = "veth",
          .peer_index = 8,
          .link_netnsid = 1,
          .peer = "ceth0",
          .link_netns = "b"};
}

TEST(FieldMatchers, OfALink) {
  expect_texts<Link>(
      a_link(), {.type = "loopback"},
      {{Index(7), "has index 7", "doesn't have index 7", "which has index 0"},
       {Named("eth0"), "has name eth0", "doesn't have name eth0", "which has no name"},
       {Flags(Contains("UP")),
        "has flags that contains at least one element that is equal to \"UP\"",
        "has no flags that contains at least one element that is equal to \"UP\"",
        "which has no flags"},
       {HasCarrier(), "has carrier", "has no carrier", "which is down, state UNKNOWN"},
       {Mtu(1500), "has mtu 1500", "doesn't have mtu 1500", "which has mtu 0"},
       {Mtu(Ge(1400)), "has mtu that is >= 1400", "has no mtu that is >= 1400", "which has mtu 0"},
       {Qdisc("noqueue"), "has qdisc noqueue", "doesn't have qdisc noqueue", "which has no qdisc"},
       {Master("br0"), "has master br0", "doesn't have master br0", "which has no master"},
       {State(OperState::kUp), "has state UP", "doesn't have state UP", "which has state UNKNOWN"},
       {Qlen(1000), "has qlen 1000", "doesn't have qlen 1000", "which has qlen 0"},
       {Type("ether"), "has type ether", "doesn't have type ether", "which has type loopback"},
       {Mac("02:00:00:00:00:01"), "has mac 02:00:00:00:00:01", "doesn't have mac 02:00:00:00:00:01",
        "which has no mac"},
       {Brd("ff:ff:ff:ff:ff:ff"), "has brd ff:ff:ff:ff:ff:ff", "doesn't have brd ff:ff:ff:ff:ff:ff",
        "which has no brd"},
       {Kind("veth"), "has kind veth", "doesn't have kind veth", "which has no kind"},
       {PeerIndex(8), "has peer index 8", "doesn't have peer index 8", "which has no peer index"},
       {LinkNetnsid(1), "has link-netnsid 1", "doesn't have link-netnsid 1",
        "which has no link-netnsid"},
       {Peer("ceth0"), "has peer ceth0", "doesn't have peer ceth0", "which has no peer"},
       {LinkNetns("b"), "has link-netns b", "doesn't have link-netns b",
        "which has no link-netns"}});
}

TEST(FieldMatchers, OfAnAddress) {
  const InterfaceAddress passes{.address = "10.0.0.1/24",
                                .peer = "10.0.0.9",
                                .brd = "10.0.0.255",
                                .scope = "global",
                                .dev = "eth0",
                                .index = 7,
                                .flags = {"secondary"},
                                .tentative = true,
                                .dadfailed = true,
                                .valid = 600s,
                                .preferred = 300s};
  expect_texts<InterfaceAddress>(
      passes, {.address = "10.0.0.2/24", .flags = {"dynamic", "nodad"}},
      {{Inet("10.0.0.1/24"), "has address 10.0.0.1/24", "doesn't have address 10.0.0.1/24",
        "which has address 10.0.0.2/24"},
       {Peer("10.0.0.9"), "has peer 10.0.0.9", "doesn't have peer 10.0.0.9", "which has no peer"},
       {Brd("10.0.0.255"), "has brd 10.0.0.255", "doesn't have brd 10.0.0.255", "which has no brd"},
       {Scope("global"), "has scope global", "doesn't have scope global", "which has no scope"},
       {Dev("eth0"), "has dev eth0", "doesn't have dev eth0", "which has no dev"},
       {Index(7), "has index 7", "doesn't have index 7", "which has index 0"},
       {Flags(std::vector<std::string>{"secondary"}), "has flags secondary",
        "doesn't have flags secondary", "which has flags dynamic, nodad"},
       {IsTentative(), "is tentative", "is not tentative", "which is not tentative"},
       {IsDadFailed(), "is dadfailed", "is not dadfailed", "which is not dadfailed"},
       {Valid(600s), "has valid_lft 600 s", "doesn't have valid_lft 600 s",
        "which has valid_lft forever"},
       {Valid(Le(10min)), "has valid_lft that is <= 10 min", "has no valid_lft that is <= 10 min",
        "which has valid_lft forever"},
       {Preferred(300s), "has preferred_lft 300 s", "doesn't have preferred_lft 300 s",
        "which has preferred_lft forever"}});
}

TEST(FieldMatchers, OfARoute) {
  const Route passes{.type = "blackhole",
                     .to = "10.0.0.0/8",
                     .via = "10.9.9.9",
                     .dev = "eth0",
                     .table = 100,
                     .proto = "bgp",
                     .scope = "global",
                     .src = "10.9.9.1",
                     .metric = 20,
                     .mtu = 1300,
                     .nexthops = {{.via = "10.9.9.9", .dev = "eth0"}},
                     .flags = {"onlink"}};
  expect_texts<Route>(
      passes, {},
      {{Type("blackhole"), "has type blackhole", "doesn't have type blackhole",
        "which has type unicast"},
       {To("10.0.0.0/8"), "has to 10.0.0.0/8", "doesn't have to 10.0.0.0/8",
        "which has to default"},
       {Via("10.9.9.9"), "has via 10.9.9.9", "doesn't have via 10.9.9.9", "which has no via"},
       {Via(_), "has via that is anything", "has no via that is anything", "which has no via"},
       {Dev("eth0"), "has dev eth0", "doesn't have dev eth0", "which has no dev"},
       {Dev(StartsWith("eth")), "has dev that starts with \"eth\"",
        "has no dev that starts with \"eth\"", "which has no dev"},
       {Table(100), "has table 100", "doesn't have table 100", "which has table 254"},
       {Proto("bgp"), "has proto bgp", "doesn't have proto bgp", "which has proto unspec"},
       {Scope("global"), "has scope global", "doesn't have scope global", "which has no scope"},
       {Src("10.9.9.1"), "has src 10.9.9.1", "doesn't have src 10.9.9.1", "which has no src"},
       {Metric(20), "has metric 20", "doesn't have metric 20", "which has no metric"},
       {Metric(Lt(21u)), "has metric that is < 21", "has no metric that is < 21",
        "which has no metric"},
       {Mtu(1300), "has mtu 1300", "doesn't have mtu 1300", "which has no mtu"},
       {NextHops(ElementsAre(Via("10.9.9.9"))),
        "has nexthops that has 1 element that has via 10.9.9.9",
        "has no nexthops that has 1 element that has via 10.9.9.9", "which has no nexthops"},
       {Flags(ElementsAre("onlink")), "has flags that has 1 element that is equal to \"onlink\"",
        "has no flags that has 1 element that is equal to \"onlink\"", "which has no flags"}});
}

TEST(FieldMatchers, OfANextHop) {
  expect_texts<NextHop>(
      {.via = "10.9.9.9", .dev = "eth0", .weight = 3, .flags = {"dead"}}, {},
      {{Via("10.9.9.9"), "has via 10.9.9.9", "doesn't have via 10.9.9.9", "which has no via"},
       {Dev("eth0"), "has dev eth0", "doesn't have dev eth0", "which has no dev"},
       {Weight(3), "has weight 3", "doesn't have weight 3", "which has weight 1"},
       {Flags(Not(IsEmpty())), "has flags that isn't empty", "has no flags that isn't empty",
        "which has no flags"}});
}

TEST(FieldMatchers, OfANeighbour) {
  expect_texts<Neighbour>(
      {.to = "10.0.0.2",
       .dev = "eth0",
       .lladdr = "02:00:00:00:00:02",
       .router = true,
       .state = "REACHABLE"},
      {.to = "fe80::1", .state = "FAILED"},
      {{To("10.0.0.2"), "has to 10.0.0.2", "doesn't have to 10.0.0.2", "which has to fe80::1"},
       {Dev("eth0"), "has dev eth0", "doesn't have dev eth0", "which has no dev"},
       {Lladdr("02:00:00:00:00:02"), "has lladdr 02:00:00:00:00:02",
        "doesn't have lladdr 02:00:00:00:00:02", "which has no lladdr"},
       {IsRouter(), "is a router", "is not a router", "which is not a router"},
       {State("REACHABLE"), "has state REACHABLE", "doesn't have state REACHABLE",
        "which has state FAILED"},
       {State(AnyOf("REACHABLE", "STALE")),
        "has state that (is equal to \"REACHABLE\") or (is equal to \"STALE\")",
        "has no state that (is equal to \"REACHABLE\") or (is equal to \"STALE\")",
        "which has state FAILED"}});
}

TEST(FieldMatchers, OfARule) {
  const Rule passes{.priority = 100,
                    .family = Family::kIpv6,
                    .from = "fd00::/64",
                    .to = "default",
                    .fwmark = 0x10,
                    .fwmask = 0xff,
                    .iif = "eth0",
                    .oif = "eth1",
                    .action = "blackhole",
                    .table = 100};
  expect_texts<Rule>(
      passes, {},
      {{Priority(100), "has priority 100", "doesn't have priority 100", "which has no priority"},
       {OfFamily(Family::kIpv6), "has family IPv6", "doesn't have family IPv6",
        "which has family IPv4"},
       {From("fd00::/64"), "has from fd00::/64", "doesn't have from fd00::/64",
        "which has from all"},
       {To("default"), "has to default", "doesn't have to default", "which has no to"},
       {FwMark(0x10), "has fwmark 0x10", "doesn't have fwmark 0x10", "which has no fwmark"},
       {FwMask(0xff), "has fwmask 0xff", "doesn't have fwmask 0xff", "which has no fwmask"},
       {Iif("eth0"), "has iif eth0", "doesn't have iif eth0", "which has no iif"},
       {Oif("eth1"), "has oif eth1", "doesn't have oif eth1", "which has no oif"},
       {Type("blackhole"), "has type blackhole", "doesn't have type blackhole",
        "which has type lookup"},
       {Table(100), "has table 100", "doesn't have table 100", "which has table 0"}});
}

TEST(FieldMatchers, OfAChange) {
  const Route route{.to = "10.0.3.0/24"};
  expect_texts<Change>(
      {.object = route}, {.object = Route{.to = "10.0.4.0/24"}},
      {{Announces<Route>(To("10.0.3.0/24")), "announces a route that has to 10.0.3.0/24",
        "announces no route that has to 10.0.3.0/24", "which has to 10.0.4.0/24"}});
  expect_texts<Change>(
      {.kind = Change::Kind::kDeleted, .object = route}, {.object = route},
      {{AnnouncesDeleted<Route>(_), "announces a deleted route that is anything",
        "announces no deleted route that is anything", "which is no deleted route"}});
  expect_texts<Change>({.object = a_link()}, {.kind = Change::Kind::kOverrun},
                       {{Announces<Link>(Mtu(1500)), "announces a link that has mtu 1500",
                         "announces no link that has mtu 1500", "which is no link"}});
}

TEST(FieldMatchers, OfNothing) {
  expect_texts<Route>(
      {}, {.via = "10.0.0.1", .src = "10.0.0.2", .metric = 5, .mtu = 1400},
      {{Via(std::nullopt), "has no via", "has some via", "which has via 10.0.0.1"},
       {Src(std::nullopt), "has no src", "has some src", "which has src 10.0.0.2"},
       {Metric(std::nullopt), "has no metric", "has some metric", "which has metric 5"},
       {Mtu(std::nullopt), "has no mtu", "has some mtu", "which has mtu 1400"}});
  expect_texts<Link>(
      {}, {.master = "br0"},
      {{Master(""), "has no master", "has some master", "which has master br0"},
       {Master(std::nullopt), "has no master", "has some master", "which has master br0"}});
  expect_texts<Rule>(
      {}, {.from = "10.0.0.1"},
      {{From(std::nullopt), "has from all", "has some from", "which has from 10.0.0.1/32"}});
  expect_texts<InterfaceAddress>({}, {.valid = 60s},
                                 {{Valid(std::nullopt), "has valid_lft forever",
                                   "has some valid_lft", "which has valid_lft 60 s"}});
  expect_texts<ProgramResult>(
      {}, {.err = "x\n"},
      {{Complains(""), "has no stderr", "has some stderr", "which has stderr \"x\\n\""}});
}

TEST(FieldMatchers, TakeTheValueOfAnotherField) {
  const Route route{.to = "10.0.0.0/8", .via = "10.0.0.1", .dev = "eth0"};
  EXPECT_THAT(route, AllOf(To(route.to), Via(route.via), Dev(route.dev), Metric(route.metric)));
  EXPECT_THAT(route, Dev(std::string_view("eth0")));
}

TEST(FieldMatchers, TakeDefaultAsEitherFamilysAndZeroAsItsOwn) {
  const Route four{.to = "0.0.0.0/0"};
  const Route six{.to = "::/0"};
  EXPECT_THAT((std::vector{four, six}), Each(To("default")));
  EXPECT_THAT(four, AllOf(To("0.0.0.0/0"), Not(To("::/0"))));
  EXPECT_THAT(six, AllOf(To("::/0"), Not(To("0.0.0.0/0"))));
}

TEST(FieldMatchers, SayWhatIsThereWhenItMustNotBe) {
  StringMatchResultListener listener;
  const Matcher<const Route&> matcher = Not(Via("10.0.0.1"));
  EXPECT_FALSE(matcher.MatchAndExplain({.via = "10.0.0.1"}, &listener));
  EXPECT_EQ(listener.str(), "which has via 10.0.0.1");
}

TEST(FieldMatchers, RefuseWhatIsNoAddressAtTheTestsLine) {
  const std::string line = "field_matchers_test.cc:" + std::to_string(__LINE__ + 2) + ": ";
  try {
    EXPECT_THAT(Route(), Via("300.1.1.1"));
    FAIL() << "300.1.1.1 was taken for an address";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), AllOf(StartsWith(line), HasSubstr("300.1.1.1")));
  }
}

}  // namespace
