// Links that are made, moved, renamed and deleted one by one.
#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>

using namespace testing;
using namespace vethlab;

namespace {

struct VethTest : Test {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
};

TEST_F(VethTest, BothEndsHereKnowEachOtherByNameAndIndex) {
  a.add_veth("left", "right");
  const Link left = a.link("left");
  const Link right = a.link("right");
  EXPECT_EQ(left.peer, "right");
  EXPECT_EQ(left.peer_index, right.index);
  EXPECT_EQ(left.link_netns, "");
  EXPECT_EQ(left.link_netnsid, std::nullopt);
}

TEST_F(VethTest, IsBornDown) {
  a.add_veth("left", "right");
  EXPECT_THAT(a.link("left"), AllOf(IsDown(), State(OperState::kDown), Qdisc("noop")));
}

TEST_F(VethTest, SaysThatItsPeerIsDown) {
  a.add_veth("left", "right");
  a.set_up("left");
  EXPECT_EVENTUALLY(
      a.link("left"),  // 6.1 finds that out a moment later
      AllOf(State(OperState::kLowerLayerDown), Field(&Link::flags, Contains("M-DOWN")),
            Field(&Link::flags, Contains("NO-CARRIER"))));
}

TEST_F(VethTest, IsUpWhenBothEndsAre) {
  a.add_veth("left", "right");
  a.set_up("left");
  a.set_up("right");
  EXPECT_THAT(a.link("left"),
              AllOf(IsUp(), Field(&Link::flags, IsSupersetOf({"BROADCAST", "UP", "LOWER_UP"}))));
}

TEST_F(VethTest, ArrivesDownAndWithoutAddressesWhereItIsMoved) {
  a.add_veth("left", "right");
  a.add_address("right", "10.0.0.2/24");
  a.set_up("right");
  a.move("right", b);
  EXPECT_THAT(a.links(), Not(Contains(Named("right"))));
  EXPECT_THAT(b.link("right"), IsDown());
  EXPECT_THAT(b.addresses(), Not(Contains(Dev("right"))));
}

TEST_F(VethTest, NamesTheNodeItsPeerWasMovedTo) {
  a.add_veth("left", "right");
  a.move("right", b);
  EXPECT_EQ(a.link("left").link_netns, "b");
  EXPECT_EQ(b.link("right").link_netns, "a");
  EXPECT_EQ(a.link("left").peer_index, b.link("right").index);
}

TEST_F(VethTest, CarriesPacketsBuiltByHand) {
  a.add_veth("left", "right");
  a.move("right", b);
  a.add_address("left", "10.0.0.1/24");
  b.add_address("right", "10.0.0.2/24");
  a.set_up("left");
  b.set_up("right");
  EXPECT_REACHABLE(a, b);
}

TEST_F(VethTest, TakesBothEndsWithItWhenItIsDeleted) {
  a.add_veth("left", "right");
  a.move("right", b);
  b.delete_link("right");
  EXPECT_THAT(a.links(), ElementsAre(Named("lo")));
}

TEST_F(VethTest, KeepsItsIndexAndLosesItsNameWhenItIsRenamed) {
  a.add_veth("left", "right");
  const int index = a.link("left").index;
  a.set_name("left", "wan0");
  EXPECT_EQ(a.link("wan0").index, index);
  EXPECT_THAT(a.links(), Not(Contains(Named("left"))));
}

TEST_F(VethTest, CannotTakeANameThatIsThere) {
  a.add_veth("left", "right");
  EXPECT_THAT([&] { a.set_name("left", "right"); }, ThrowsErrno(EEXIST));
  EXPECT_THAT([&] { a.add_bridge("left"); }, ThrowsErrno(EEXIST));
}

TEST_F(VethTest, ThatIsNotThereCannotBeChanged) {
  EXPECT_THAT([&] { a.set_mtu("eth9", 1400); }, ThrowsErrno(ENODEV));
  EXPECT_THAT([&] { a.set_down("eth9"); }, ThrowsErrno(ENODEV));
  EXPECT_THAT([&] { a.delete_link("eth9"); }, ThrowsErrno(ENODEV));
  EXPECT_THAT([&] { a.move("eth9", b); }, ThrowsErrno(ENODEV));
  EXPECT_THAT([&] { (void)a.link("eth9"); }, ThrowsErrno(ENODEV));
}

TEST_F(VethTest, HasNoMasterButABridge) {
  a.add_veth("left", "right");
  a.add_bridge("br0");
  a.set_master("left", "br0");
  EXPECT_THAT(a.link("left"), Master("br0"));
  a.set_nomaster("left");
  EXPECT_THAT(a.link("left"), Master(""));
  EXPECT_THAT([&] { a.set_master("left", "eth9"); }, ThrowsErrno(ENODEV));
}

TEST(Connect, LeavesNothingWhereTheMtuHasNoRoomForIpv6) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  const EndOptions tiny{.mtu = 70};
  EXPECT_THROW(lab.connect({a, "eth0", "fd00::1/64", tiny}, {b, "eth0", "fd00::2/64", tiny}),
               std::exception);
  EXPECT_THAT(a.links(), ElementsAre(Named("lo")));
  EXPECT_THAT(b.links(), ElementsAre(Named("lo")));
}

}  // namespace
