// A static neighbour that is wrong is believed for ever.
//
//   a ── b        a holds 10.0.0.2 to be at a MAC address that is nobody's
//
// Believed: ARP will sort it out. It repairs what it has learnt: a STALE entry takes the address of
// whoever asks (RFC 826). A PERMANENT one is never asked about nor overwritten (ip-neighbour(8)): a
// sends to a card that isn't there, the far card drops what isn't its own, and no error comes of it,
// in neither direction.
#include <vethlab/fixtures/pair.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr auto kNobody = "02:00:00:00:00:99";

Matcher<const Neighbour&> IsAt(const IpAddress& to, const std::string& mac) {
  return AllOf(Field("to", &Neighbour::to, to), Field("lladdr", &Neighbour::lladdr, mac));
}

class StaticNeighbour : public PairTest {};

TEST_F(StaticNeighbour, ThatIsWrongIsSilenceInBothDirections) {
  a.add_neighbour({.to = "10.0.0.2", .dev = "eth0", .lladdr = kNobody});
  EXPECT_UNREACHABLE(a, b, GetsNoAnswer(), {.timeout = 100ms});
  EXPECT_UNREACHABLE(b, a, GetsNoAnswer(), {.timeout = 100ms});
}

TEST_F(StaticNeighbour, ThatIsWrongStaysSoWhateverTheOtherSays) {
  a.add_neighbour({.to = "10.0.0.2", .dev = "eth0", .lladdr = kNobody});
  EXPECT_UNREACHABLE(b, a, GetsNoAnswer(), {.timeout = 100ms});  // b asks, and says where it is
  EXPECT_THAT(a.neighbours(), Contains(IsAt("10.0.0.2", kNobody)));
}

// The plain counterpart.
TEST_F(StaticNeighbour, ThatWasOnlyLearntIsRepairedWhenTheOtherAsks) {
  a.add_neighbour({.to = "10.0.0.2", .dev = "eth0", .lladdr = kNobody, .state = "STALE"});
  EXPECT_UNREACHABLE(a, b, GetsNoAnswer(), {.timeout = 100ms});
  EXPECT_REACHABLE(b, a);
  EXPECT_THAT(a.neighbours(), Contains(IsAt("10.0.0.2", b.link("eth0").mac)));
  EXPECT_REACHABLE(a, b);
}

TEST_F(StaticNeighbour, DeletedIsAskedForAgain) {
  a.add_neighbour({.to = "10.0.0.2", .dev = "eth0", .lladdr = kNobody});
  a.delete_neighbour({.to = "10.0.0.2", .dev = "eth0"});
  EXPECT_REACHABLE(a, b);
}

TEST_F(StaticNeighbour, ThatIsRightNeedsNoArpAtAll) {
  for (Node* const node : {&a, &b}) node->shell("ip link set eth0 arp off");
  a.add_neighbour({.to = "10.0.0.2", .dev = "eth0", .lladdr = b.link("eth0").mac});
  b.add_neighbour({.to = "10.0.0.1", .dev = "eth0", .lladdr = a.link("eth0").mac});
  EXPECT_REACHABLE(a, b);
}

TEST_F(StaticNeighbour, OfIpv6IsBelievedAsMuch) {
  a.add_neighbour({.to = "fd00::2", .dev = "eth0", .lladdr = kNobody});
  EXPECT_UNREACHABLE(a, "fd00::2", GetsNoAnswer(), {.timeout = 100ms});
  EXPECT_UNREACHABLE(b, "fd00::1", GetsNoAnswer(), {.timeout = 100ms});
}

}  // namespace
