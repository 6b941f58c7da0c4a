#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>
#include <vethlab/fixtures/star.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

std::vector<Probe> all_ways(const std::vector<Node*>& nodes, Family family) {
  std::vector<Probe> probes;
  for (const Node* from : nodes)
    for (const Node* to : nodes)
      if (from != to) probes.push_back({*from, to->address("", family)});
  return probes;
}

TEST_F(PairTest, ReachesAllWays) {
  EXPECT_THAT(lab.ping(all_ways({&a, &b}, Family::kIpv4)), AllOf(SizeIs(2), Each(Replies())));
  EXPECT_THAT(lab.ping(all_ways({&a, &b}, Family::kIpv6)), AllOf(SizeIs(2), Each(Replies())));
}

TEST_F(LineTest, ReachesAllWays) {
  EXPECT_THAT(lab.ping(all_ways({&a, &r, &b}, Family::kIpv4)), AllOf(SizeIs(6), Each(Replies())));
  EXPECT_THAT(lab.ping(all_ways({&a, &r, &b}, Family::kIpv6)), AllOf(SizeIs(6), Each(Replies())));
}

TEST_F(StarTest, ReachesAllWays) {
  EXPECT_THAT(lab.ping(all_ways(hosts, Family::kIpv4)), AllOf(SizeIs(6), Each(Replies())));
  EXPECT_THAT(lab.ping(all_ways(hosts, Family::kIpv6)), AllOf(SizeIs(6), Each(Replies())));
}

TEST(Star, OfTwentyHostsReachesAllWays) {
  StarNet net(20);
  EXPECT_THAT(net.lab.ping(all_ways(net.hosts, Family::kIpv4)),
              AllOf(SizeIs(20 * 19), Each(Replies())));
  EXPECT_THAT(net.lab.ping(all_ways(net.hosts, Family::kIpv6)),
              AllOf(SizeIs(20 * 19), Each(Replies())));
}

TEST(Labs, OfTheSameAddressesAndNamesAreApart) {
  PairNet one;
  PairNet two;
  two.b.delete_address("eth0", "10.0.0.2/24");
  two.b.delete_address("eth0", "fd00::2/64");
  EXPECT_REACHABLE(one.a, "10.0.0.2");
  EXPECT_REACHABLE(one.a, "fd00::2");
  EXPECT_UNREACHABLE(two.a, "10.0.0.2", GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(two.a, "fd00::2", GetsNoAnswer(), {.timeout = 50ms});
}

TEST(Labs, OutliveOneThatEndsBesideThem) {
  PairNet stays;
  { PairNet ends; }
  EXPECT_REACHABLE(stays.a, stays.b);
}

}  // namespace
