#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

Matcher<const Link&> HasLostItsCarrier() {
  return AllOf(Field("up", &Link::up, true), Field("lower_up", &Link::lower_up, false),
               State(Ne(OperState::kUp)));
}

TEST(Wires, SetDownTakeTheCarrierOfOneEndAndSetTheOtherDown) {
  PairNet net;
  net.wire.set_down();
  EXPECT_THAT(net.a.link("eth0"), HasLostItsCarrier());
  EXPECT_THAT(net.b.link("eth0"), IsDown());
  net.wire.set_up();
  net.wire.set_down(net.b);
  EXPECT_THAT(net.a.link("eth0"), IsDown());
  EXPECT_THAT(net.b.link("eth0"), HasLostItsCarrier());
}

TEST(Wires, SetDownAreSeenByTheRoutesAtOnce) {
  PairNet net;
  for (int i = 0; i < 200; ++i) {
    net.wire.set_down();
    EXPECT_THAT(net.a.routes(), ElementsAre(Field("flags", &Route::flags, Contains("linkdown"))));
    net.wire.set_up();
    EXPECT_THAT(net.a.routes(), ElementsAre(Field("flags", &Route::flags, IsEmpty())));
  }
}

TEST(Wires, SetUpPassTheFirstPacket) {
  PairNet net;
  for (int i = 0; i < 50; ++i) {
    Node& seen_by = i % 2 == 0 ? net.a : net.b;
    net.wire.set_down(seen_by);
    net.wire.set_up();
    EXPECT_REACHABLE(net.a, "10.0.0.2", {.timeout = 900ms});
    EXPECT_REACHABLE(net.b, "fd00::1", {.timeout = 900ms});
  }
}

// What the kernel takes from an interface that goes down is given back: the fixture's default
// routes are in b, whose end is set down.
TEST(Wires, SetUpGiveTheFarEndItsAddressesAndRoutesBack) {
  LineNet net;
  net.b.add_address("lo", "192.0.2.1/32");
  net.b.add_route({.to = "198.51.100.0/24", .dev = "eth0", .table = 100});
  net.b.add_route({.to = "203.0.113.0/24",
                   .via = "198.51.100.1",
                   .dev = "eth0",
                   .table = 100,
                   .src = "192.0.2.1",
                   .metric = 7,
                   .flags = {"onlink"}});
  const Snapshot before = net.b.snapshot();
  net.right.set_down(net.r);
  EXPECT_THAT(net.b.routes(), IsEmpty());
  EXPECT_THAT(net.b.addresses(), Contains(Inet("fd00:2::2/64")));
  net.right.set_up();
  EXPECT_THAT(net.b.snapshot(), IsUnchangedSince(before));
  EXPECT_REACHABLE(net.a, "10.0.2.2");
  EXPECT_REACHABLE(net.a, "fd00:2::2");
}

TEST(Wires, SetUpLeaveWhatSetDownDidNotTouch) {
  PairNet net;
  net.a.set_down("eth0");
  net.wire.set_up();
  EXPECT_THAT(net.a.link("eth0"), IsDown());
}

TEST(Wires, OfASwitchAreSetDownToo) {
  Lab lab;
  Node& sw = lab.add_switch("sw");
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  Wire& wire = lab.connect(a, sw);
  lab.connect(b, sw);
  wire.set_down(a);
  EXPECT_THAT(a.link("eth0"), HasLostItsCarrier());
  wire.set_up();
  EXPECT_REACHABLE(a, b);
  wire.set_down(sw);
  EXPECT_THAT(sw.link("port0"), HasLostItsCarrier());
  wire.set_up();
  EXPECT_REACHABLE(b, a);
}

TEST(Wires, ThatDropAllDoSoInSilenceInBothDirections) {
  PairNet net;
  EXPECT_REACHABLE(net.a, net.b);
  const std::vector<Route> before = net.a.routes();
  net.wire.drop_all();
  for (const char* const to : {"10.0.0.2", "fd00::2"})
    EXPECT_UNREACHABLE(net.a, to, GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(net.b, net.a, GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_THAT(net.a.link("eth0"), AllOf(IsUp(), Qdisc("blackhole")));
  EXPECT_THAT(net.b.link("eth0"), IsUp());
  EXPECT_EQ(net.a.routes(), before);
}

TEST(Wires, ThatPassAllPassTheFirstPacketAndAreAsBefore) {
  PairNet net;
  for (int i = 0; i < 50; ++i) {
    net.wire.drop_all();
    EXPECT_UNREACHABLE(net.a, net.b, GetsNoAnswer(), {.timeout = 5ms});
    net.wire.pass_all();
    EXPECT_REACHABLE(net.a, net.b, {.timeout = 900ms});
    EXPECT_THAT(net.a.link("eth0"), Qdisc("noqueue"));
  }
}

TEST(Wires, TakeTheSameVerbTwice) {
  PairNet net;
  net.wire.drop_all();
  net.wire.drop_all();
  net.wire.pass_all();
  net.wire.pass_all();
  net.wire.set_down();
  net.wire.set_down();
  net.wire.set_up();
  net.wire.set_up();
  EXPECT_REACHABLE(net.a, net.b);
}

TEST(Wires, WhoseEndIsGoneSaySo) {
  PairNet net;
  net.b.set_down("eth0");
  net.b.set_name("eth0", "wan");
  EXPECT_THAT([&] { net.wire.set_down(); }, ThrowsErrno(ENODEV));
  EXPECT_THAT([&] { net.wire.drop_all(); }, ThrowsErrno(ENODEV));
}

}  // namespace
