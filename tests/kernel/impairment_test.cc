// Wire::set_impairment. Bounds are those of emulated machines, too: a time from below, a count far from
// where chance takes it.
#include <vethlab/fixtures/pair.h>

#include <algorithm>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

class ImpairmentTest : public PairTest {
 protected:
  // Not every kernel has it, and these tests are not what it is needed for.
  void SetUp() override {
    const ProgramResult tried = a.exec({"tc", "qdisc", "add", "dev", "lo", "root", "netem"});
    if (tried.exit_code != 0) GTEST_SKIP() << "no netem in this kernel: " << tried.err;
    a.shell("tc qdisc del dev lo root");
  }
};

TEST_F(ImpairmentTest, DelaysBothDirectionsAndFamilies) {
  const Snapshot before = a.snapshot();
  wire.set_impairment({.delay = 100ms});
  EXPECT_THAT(a.link("eth0"), Qdisc("netem"));
  EXPECT_THAT(b.link("eth0"), Qdisc("netem"));
  for (const char* const to : {"10.0.0.2", "fd00::2"})
    EXPECT_THAT(a.ping(to, {.timeout = 5s}), Rtt(ElementsAre(Ge(200ms))));
  for (const char* const to : {"10.0.0.1", "fd00::1"})
    EXPECT_THAT(b.ping(to, {.timeout = 5s}), Rtt(ElementsAre(Ge(200ms))));
  wire.set_impairment({});
  for (const char* const to : {"10.0.0.2", "fd00::2"})
    EXPECT_THAT(a.ping(to, {.count = 5}), Rtt(Contains(Lt(100ms))));
  EXPECT_THAT(a.snapshot(), IsUnchangedSince(before));
}

// Half one way and half the other: a quarter comes back, 100 of 400 with a standard deviation of 9.
TEST_F(ImpairmentTest, LosesSomeOfBothDirections) {
  for (const char* const to : {"10.0.0.2", "fd00::2"}) ASSERT_REACHABLE(a, to);  // its neighbours
  wire.set_impairment({.loss_percent = 50});
  for (const char* const to : {"10.0.0.2", "fd00::2"})
    EXPECT_THAT(a.ping(to, {.count = 400, .interval = 1ms}), Received(AllOf(Ge(30), Le(170))));
  wire.set_impairment({});
  for (const char* const to : {"10.0.0.2", "fd00::2"})
    EXPECT_THAT(a.ping(to, {.count = 400, .interval = 1ms, .timeout = 5s}), Received(400));
}

TEST_F(ImpairmentTest, LosesAllWhereItIsToldTo) {
  wire.set_impairment({.loss_percent = 100});
  EXPECT_UNREACHABLE(a, "10.0.0.2", GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(b, "fd00::1", GetsNoAnswer(), {.timeout = 50ms});
  wire.set_impairment({});
  EXPECT_REACHABLE(a, b);
}

// 50 round trips of 20 to 180 ms.
TEST_F(ImpairmentTest, HasJitter) {
  wire.set_impairment({.delay = 50ms, .jitter = 40ms});
  const std::vector rtt = a.ping("10.0.0.2", {.count = 50, .timeout = 5s}).rtt;
  ASSERT_THAT(rtt, SizeIs(50));
  EXPECT_THAT(rtt, Each(Ge(20ms)));
  const auto [least, most] = std::ranges::minmax(rtt);
  EXPECT_GE(most - least, 30ms);
}

// An echo of 1,042 bytes takes 8 ms at 1 Mbit/s; they wait for each other.
TEST_F(ImpairmentTest, HasARateThatTheNextOneDoesNotKeep) {
  const ProbeOptions large = {.count = 20, .interval = 0ms, .timeout = 5s, .payload = 1000};
  wire.set_impairment({.rate_bits_per_second = 1'000'000});
  EXPECT_THAT(a.ping("10.0.0.2", large), Rtt(AllOf(SizeIs(20), Contains(Ge(150ms)))));
  wire.set_impairment({.delay = 1ms});
  EXPECT_THAT(a.ping("10.0.0.2", large), Rtt(AllOf(SizeIs(20), Contains(Lt(100ms)))));
  wire.set_impairment({.rate_bits_per_second = 100'000'000'000});
  EXPECT_THAT(a.exec({"tc", "qdisc", "show", "dev", "eth0"}), Prints(HasSubstr("rate 100Gbit")));
}

TEST_F(ImpairmentTest, IsThereAgainAfterDropAll) {
  wire.set_impairment({.delay = 20ms});
  wire.drop_all();
  EXPECT_UNREACHABLE(a, b, GetsNoAnswer(), {.timeout = 100ms});
  wire.set_impairment({.delay = 30ms});
  EXPECT_UNREACHABLE(a, b, GetsNoAnswer(), {.timeout = 100ms});
  wire.pass_all();
  EXPECT_THAT(a.ping("10.0.0.2", {.timeout = 5s}), Rtt(ElementsAre(Ge(60ms))));
  wire.drop_all();
  wire.set_impairment({});
  EXPECT_THAT(a.link("eth0"), Qdisc("blackhole"));
  wire.pass_all();
  EXPECT_THAT(a.link("eth0"), Qdisc("noqueue"));
  EXPECT_REACHABLE(a, b);
}

TEST_F(ImpairmentTest, OutlivesACableThatIsPulled) {
  wire.set_impairment({.delay = 30ms});
  wire.set_impairment({.delay = 30ms});
  wire.set_down();
  wire.set_up();
  EXPECT_THAT(a.ping("10.0.0.2", {.timeout = 5s}), Rtt(ElementsAre(Ge(60ms))));
}

TEST_F(ImpairmentTest, IsShownByTcAsItWasSaid) {
  wire.set_impairment({.delay = 40ms, .jitter = 10ms, .loss_percent = 5});
  for (const Node* const node : {&a, &b})
    EXPECT_THAT(node->exec({"tc", "qdisc", "show", "dev", "eth0"}),
                Prints(ContainsRegex("qdisc netem .* delay 40ms  10ms loss 5%")));
}

}  // namespace
