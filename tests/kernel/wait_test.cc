// wait_until and monitor, over each kind of thing that a node has.
#include <vethlab/fixtures/pair.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// The change comes between two questions, as from a program under test. Woken by it is long before
// the deadline; at the deadline the question is asked once more.
template <class Change, class Holds>
void expect_woken(const Node& node, Change change, Holds holds) {
  const auto begin = std::chrono::steady_clock::now();
  int asked = 0;
  EXPECT_TRUE(node.wait_until(
      [&] {
        const bool held = holds();
        if (++asked == 1) change();
        return held;
      },
      default_time(5)));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, default_time(2)) << "not woken";
}

TEST(WaitUntil, IsTrueAtOnceWhereItHoldsAlready) {
  PairNet net;
  EXPECT_TRUE(net.a.wait_until([] { return true; }, 0ms));
}

TEST(WaitUntil, IsFalseWhenItsTimeIsOver) {
  PairNet net;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(net.a.wait_until([] { return false; }, 50ms));
  // Not before the time given; a busy machine may add to it, but no patience of seconds.
  EXPECT_THAT(std::chrono::steady_clock::now() - begin, AllOf(Ge(50ms), Lt(default_time(2))));
}

TEST(WaitUntil, PassesOnWhatThePredicateThrows) {
  PairNet net;
  EXPECT_THROW((void)net.a.wait_until([]() -> bool { throw std::out_of_range("mine"); }),
               std::out_of_range);
}

TEST(WaitUntil, SeesALink) {
  PairNet net;
  expect_woken(
      net.a, [&] { net.a.add_bridge("br9"); },
      [&] { return Matches(Contains(Named("br9")))(net.a.links()); });
}

TEST(WaitUntil, SeesAnAddressGo) {
  PairNet net;
  expect_woken(
      net.a, [&] { net.a.delete_address("eth0", "fd00::1/64"); },
      [&] { return !Matches(Contains(Inet("fd00::1/64")))(net.a.addresses()); });
}

TEST(WaitUntil, SeesARoute) {
  PairNet net;
  expect_woken(
      net.a, [&] { net.a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2"}); },
      [&] { return Matches(Contains(To("192.0.2.0/24")))(net.a.routes()); });
}

TEST(WaitUntil, SeesANeighbour) {
  PairNet net;
  const auto known = [&] {
    return Matches(Contains(Field(&Neighbour::lladdr, "02:00:00:00:00:99")))(net.a.neighbours());
  };
  expect_woken(
      net.a,
      [&] {
        net.a.add_neighbour({.to = "10.0.0.9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
      },
      known);
}

TEST(WaitUntil, SeesARule) {
  PairNet net;
  expect_woken(
      net.a, [&] { net.a.add_rule({.priority = 77, .table = 100}); },
      [&] { return Matches(Contains(Table(100)))(net.a.rules()); });
}

TEST(Monitor, TellsOfEachKindOfThing) {
  PairNet net;
  Monitor monitor = net.a.monitor();
  net.a.add_bridge("br9");
  net.a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2"});
  net.a.add_neighbour({.to = "fd00::9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  net.a.add_rule({.priority = 77, .family = Family::kIpv6, .table = 100});
  const auto seen = monitor.changes();
  const auto made = [](const auto& object) {
    return Contains(
        AllOf(Field(&Change::kind, Change::Kind::kNew), Field(&Change::object, object)));
  };
  EXPECT_THAT(seen, made(VariantWith<Link>(Named("br9"))));
  EXPECT_THAT(seen, made(VariantWith<Route>(AllOf(To("192.0.2.0/24"), Dev("eth0")))));
  EXPECT_THAT(seen, made(VariantWith<Neighbour>(Field(&Neighbour::to, IpAddress("fd00::9")))));
  EXPECT_THAT(seen, made(VariantWith<Rule>(Table(100))));
}

TEST(Monitor, KeepsTheOrder) {
  PairNet net;
  Monitor monitor = net.a.monitor();
  net.a.add_route({.to = "192.0.2.0/24", .via = "10.0.0.2"});
  net.a.delete_route({.to = "192.0.2.0/24"});
  std::vector<Change::Kind> kinds;
  for (const Change& change : monitor.changes())
    if (const auto* route = std::get_if<Route>(&change.object);
        route && route->to == "192.0.2.0/24")
      kinds.push_back(change.kind);
  EXPECT_THAT(kinds, ElementsAre(Change::Kind::kNew, Change::Kind::kDeleted));
}

TEST(Monitor, HearsNothingOfBefore) {
  PairNet net;
  net.a.add_address("lo", "10.7.0.1/32");
  EXPECT_THAT(net.a.monitor().changes(), IsEmpty());
}

TEST(Monitor, GoesOnAfterAnOverrun) {
  PairNet net;
  Monitor monitor = net.a.monitor();
  for (int i = 0; i < 3000; ++i) {
    net.a.add_address("lo", "10.7.0.1/32");
    net.a.delete_address("lo", "10.7.0.1/32");
  }
  EXPECT_THAT(monitor.changes(), Contains(Field(&Change::kind, Change::Kind::kOverrun)));
  net.a.add_address("lo", "10.8.0.1/32");
  EXPECT_THAT(monitor.changes(),
              Contains(Field(&Change::object, VariantWith<InterfaceAddress>(Inet("10.8.0.1/32")))));
}

}  // namespace
