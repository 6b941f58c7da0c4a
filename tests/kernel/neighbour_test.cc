#include <vethlab/fixtures/pair.h>

#include "throws_errno.h"

#include <cerrno>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

class NeighbourTest : public PairTest {};

auto Of(const char* to) { return Field(&Neighbour::to, IpAddress(to)); }
auto InState(const std::string& state) { return Field(&Neighbour::state, state); }

TEST_F(NeighbourTest, IsLearntFromAnAnswerInIpv4) {
  EXPECT_REACHABLE(a, "10.0.0.2");
  EXPECT_THAT(a.neighbours(), Contains(AllOf(Of("10.0.0.2"), Dev("eth0"), InState("REACHABLE"),
                                             Field(&Neighbour::lladdr, b.link("eth0").mac))));
}

TEST_F(NeighbourTest, IsLearntFromAnAnswerInIpv6) {
  EXPECT_REACHABLE(a, "fd00::2");
  EXPECT_THAT(a.neighbours(), Contains(AllOf(Of("fd00::2"), Dev("eth0"), InState("REACHABLE"),
                                             Field(&Neighbour::lladdr, b.link("eth0").mac))));
}

TEST_F(NeighbourTest, HasTheStateItIsAddedWith) {
  const std::string mac = "02:00:00:00:00:99";
  a.add_neighbour({.to = "10.0.0.9", .dev = "eth0", .lladdr = mac, .state = "STALE"});
  a.add_neighbour({.to = "fd00::9", .dev = "eth0", .lladdr = mac, .state = "REACHABLE"});
  EXPECT_THAT(a.neighbours(), AllOf(Contains(AllOf(Of("10.0.0.9"), InState("STALE"))),
                                    Contains(AllOf(Of("fd00::9"), InState("REACHABLE")))));
}

TEST_F(NeighbourTest, IsPermanentWhereNoStateIsGiven) {
  a.add_neighbour({.to = "10.0.0.9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  EXPECT_THAT(a.neighbours(), Contains(AllOf(Of("10.0.0.9"), InState("PERMANENT"))));
}

TEST_F(NeighbourTest, DecidesWhereFramesGo) {
  a.add_neighbour({.to = "10.0.0.2", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  a.add_neighbour({.to = "fd00::2", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  EXPECT_UNREACHABLE(a, "10.0.0.2", GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_UNREACHABLE(a, "fd00::2", GetsNoAnswer(), {.timeout = 50ms});
}

TEST_F(NeighbourTest, IsGoneWhenItIsDeleted) {
  a.add_neighbour({.to = "10.0.0.9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  a.add_neighbour({.to = "fd00::9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"});
  a.delete_neighbour({.to = "10.0.0.9", .dev = "eth0"});
  a.delete_neighbour({.to = "fd00::9", .dev = "eth0"});
  EXPECT_THAT(a.neighbours(), Not(Contains(InState("PERMANENT"))));
}

TEST_F(NeighbourTest, ThatIsThereAlreadyIsRefused) {
  const Neighbour neighbour{.to = "10.0.0.9", .dev = "eth0", .lladdr = "02:00:00:00:00:99"};
  a.add_neighbour(neighbour);
  EXPECT_THAT([&] { a.add_neighbour(neighbour); }, ThrowsErrno(EEXIST));
}

TEST_F(NeighbourTest, ThatIsNotThereCannotBeDeleted) {
  EXPECT_THAT([&] { a.delete_neighbour({.to = "10.0.0.9", .dev = "eth0"}); }, ThrowsErrno(ENOENT));
  EXPECT_THAT([&] { a.delete_neighbour({.to = "10.0.0.9", .dev = "eth9"}); }, ThrowsErrno(ENODEV));
}

}  // namespace
