// EXPECT_STAYS: what it sees, and how often it asks.
#include "go.h"

#include <vethlab/fixtures/pair.h>

#include <gtest/gtest-spi.h>

#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr auto kPrefix = "192.0.2.0/24";

TEST(Stays, HoldsForAllOfItsTime) {
  PairNet net;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_STAYS(net.a.routes(), SizeIs(1), 50ms);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
}

// The route is away until the question has seen it so, and no longer.
TEST(Stays, SeesARouteFlap) {
  static PairNet* net = nullptr;  // EXPECT_NONFATAL_FAILURE takes no locals
  static Go* seen = nullptr;
  PairNet the_net;
  const Go go;
  Go the_seen;
  net = &the_net;
  seen = &the_seen;
  net->a.add_route({.to = kPrefix, .via = "10.0.0.2"});
  net->a.start([&] {
    ASSERT_EQ(std::system("ip route del 192.0.2.0/24"), 0);
    (void)seen->wait();
    ASSERT_EQ(std::system("ip route add 192.0.2.0/24 via 10.0.0.2"), 0);
  });
  static const auto ask = [] {
    auto routes = net->a.routes();
    if (routes.size() == 1) seen->say();
    return routes;
  };
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_NONFATAL_FAILURE(EXPECT_STAYS(ask(), Contains(To(kPrefix)), default_time(30)),
                          "Actual: not at ");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, default_time(10)) << "not woken";
}

TEST(Stays, SeesThatTheInterfaceIsGone) {
  static PairNet* net = nullptr;
  PairNet the_net;
  net = &the_net;
  net->a.add_bridge("br9");
  net->a.start([] { ASSERT_EQ(std::system("ip link del br9"), 0); });
  EXPECT_NONFATAL_FAILURE(EXPECT_STAYS(net->a.link("br9"), Kind("bridge"), 30s),
                          "show interface br9 in a: No such device");
}

TEST(Stays, DoesNotAskWhereNothingIsAnnouncedInItsNodes) {
  PairNet net;
  net.b.start([] {
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(std::system("ip route add 192.0.2.0/24 via 10.0.0.1"), 0);
      ASSERT_EQ(std::system("ip route del 192.0.2.0/24"), 0);
    }
  });
  int asked = 0;
  EXPECT_STAYS((++asked, net.a.routes()), SizeIs(1), 300ms);
  EXPECT_THAT(asked, AllOf(Ge(2), Le(4)));
}

TEST(Stays, ProbesAgainAfterThePause) {
  PairNet net;
  int asked = 0;
  EXPECT_STAYS((++asked, net.a.ping(net.b)), Replies(), 200ms);
  EXPECT_THAT(asked, AllOf(Ge(3), Le(25)));  // 10 ms apart, or a busy machine
}

TEST(Stays, AsksOnceWhereItHasNoTime) {
  int asked = 0;
  EXPECT_STAYS(++asked, 1, 0ms);
  EXPECT_EQ(asked, 1);
}

TEST(Stays, PassesOnWhatElseTheQuestionThrows) {
  const auto ask = []() -> int { throw std::out_of_range("mine"); };
  EXPECT_THROW(EXPECT_STAYS(ask(), 1, 1s), std::out_of_range);
}

}  // namespace
