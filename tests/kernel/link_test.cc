#include <vethlab/base/kernel_release.h>
#include <vethlab/fixtures/pair.h>

#include <cerrno>
#include <system_error>

using namespace testing;
using namespace vethlab;

namespace {

int errno_of(const std::function<void()>& verb) {
  try {
    verb();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST(Links, VethEndsKnowEachOtherAcrossNodes) {
  PairNet net;
  const Link a = net.a.link("eth0");
  const Link b = net.b.link("eth0");
  EXPECT_EQ(a.peer_index, b.index);
  EXPECT_EQ(b.peer_index, a.index);
  EXPECT_EQ(a.link_netns, "b");
  EXPECT_EQ(b.link_netns, "a");
  EXPECT_NE(a.index, b.index);
  EXPECT_THAT(a, AllOf(IsUp(), Kind("veth"), Qdisc("noqueue"), Mtu(1500)));
}

TEST(Links, PortsOfASwitchHaveItsBridgeAsMaster) {
  Lab lab;
  Node& host = lab.add_node("host");
  Node& sw = lab.add_switch("sw");
  const Wire& wire = lab.connect(host, sw);
  EXPECT_THAT(sw.link(wire.b().dev), AllOf(Master("br0"), IsUp()));
  EXPECT_THAT(sw.link("br0"), AllOf(Kind("bridge"), IsUp()));
}

// Of a veth whose far end is down; older kernels (6.1) don't see that it is in another namespace.
const auto kWithoutCarrier = AnyOf(State(OperState::kDown), State(OperState::kLowerLayerDown));

TEST(Links, ChangesAreSeen) {
  PairNet net;
  net.a.set_mtu("eth0", 1400);
  net.a.set_mac("eth0", "02:00:00:00:77:01");
  EXPECT_THAT(net.a.link("eth0"), AllOf(Mtu(1400), Mac("02:00:00:00:77:01")));
  EXPECT_REACHABLE(net.b, net.a);
  net.a.set_down("eth0");
  EXPECT_THAT(net.a.link("eth0"), IsDown());
  EXPECT_THAT(net.b.link("eth0"), AllOf(Not(IsUp()), kWithoutCarrier));
  net.a.set_name("eth0", "wan");
  EXPECT_THAT(net.a.links(), Contains(Named("wan")));
  net.a.delete_link("wan");
  EXPECT_THAT(net.b.links(), ElementsAre(Named("lo")));
}

TEST(Links, AreRenamedWhileTheyAreUpSinceLinux6Point2) {
  PairNet net;
  EXPECT_EQ(errno_of([&] { net.a.set_name("eth0", "wan"); }), kernel_is_at_least(6, 2) ? 0 : EBUSY);
}

TEST(Links, ABridgeOfOnesOwnForwardsBetweenItsPorts) {
  Lab lab;
  Node& middle = lab.add_node("middle");
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  lab.connect({a, "eth0", "10.0.0.1/24"}, {middle, "toa"});
  lab.connect({b, "eth0", "10.0.0.2/24"}, {middle, "tob"});
  EXPECT_UNREACHABLE(a, "10.0.0.2", GetsNoAnswer(), {.timeout = std::chrono::milliseconds(50)});
  middle.add_bridge("br0");
  middle.set_up("br0");
  middle.set_master("toa", "br0");
  middle.set_master("tob", "br0");
  EXPECT_REACHABLE(a, b);
  middle.set_nomaster("tob");
  EXPECT_UNREACHABLE(a, "10.0.0.2", GetsNoAnswer(), {.timeout = std::chrono::milliseconds(50)});
}

TEST(Links, RefusalsKeepTheKernelsErrno) {
  PairNet net;
  EXPECT_EQ(errno_of([&] { net.a.set_up("eth9"); }), ENODEV);
  EXPECT_EQ(errno_of([&] { net.a.add_address("eth0", "10.0.0.1/24"); }), EEXIST);
  EXPECT_EQ(errno_of([&] { net.a.delete_route({.to = "192.0.2.0/24"}); }), ESRCH);
  EXPECT_EQ(errno_of([&] { net.a.add_route({.to = "192.0.2.0/24", .via = "10.9.9.9"}); }),
            ENETUNREACH);
  EXPECT_EQ(errno_of([&] { net.a.add_veth("eth0", "x"); }), EEXIST);
}

TEST(Connect, LeavesNothingWhereItFails) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  // IPv6 does not exist below an mtu of 1280.
  EXPECT_THROW(lab.connect({a, "eth0", "fd00::1/64", {.mtu = 1000}}, {b, "eth0", "fd00::2/64"}),
               std::system_error);
  EXPECT_THAT(a.links(), ElementsAre(Named("lo")));
  EXPECT_THAT(b.links(), ElementsAre(Named("lo")));
  lab.connect({a, "eth0", "fd00::1/64"}, {b, "eth0", "fd00::2/64"});
  EXPECT_REACHABLE(a, b);
}

TEST(Connect, GivesAddressesOfBothFamiliesByItself) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  lab.connect(a, b);
  EXPECT_EQ(a.address(), IpAddress("10.200.1.1"));
  EXPECT_EQ(b.address("eth0", Family::kIpv6), IpAddress("fd00:200:0:1::2"));
  EXPECT_REACHABLE(a, b.address());
  EXPECT_REACHABLE(a, b.address("", Family::kIpv6));
}

}  // namespace
