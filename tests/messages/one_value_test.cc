// What one value that does not match looks like: all that differs stands below it.
#include "failure_of.h"

#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

TEST(OneValue, SaysAllThatDiffersBelowIt) {
  const Link link{.index = 2,
                  .name = "eth0",
                  .up = true,
                  .lower_up = true,
                  .mtu = 1500,
                  .qdisc = "noqueue",
                  .state = OperState::kUp,
                  .type = "ether",
                  .mac = "02:00:00:00:00:01",
                  .brd = "ff:ff:ff:ff:ff:ff"};
  EXPECT_EQ(failure_of([&] { EXPECT_THAT(link, AllOf(IsUp(), Mtu(1400), Master("br0"))); }),
            "Value of: link\n"
            "Expected: (is up) and (has mtu 1400) and (has master br0)\n"
            "  Actual: \n"
            "    2: eth0: <> mtu 1500 qdisc noqueue state UP mode DEFAULT group default\n"
            "        link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n"
            "  which has mtu 1500, has no master");
  const Route route{.to = "10.0.3.0/24", .via = "10.0.0.2", .dev = "eth0"};
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(route, Via("10.0.0.9")); }),
            "  Actual: \n"
            "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
            "  which has via 10.0.0.2");
  EXPECT_EQ(actual_of([&] { EXPECT_THAT(route, Not(AllOf(Via(_), Dev("eth0")))); }),
            "  Actual: \n"
            "    10.0.3.0/24 via 10.0.0.2 dev eth0\n"
            "  which has via 10.0.0.2, and which has dev eth0");
}

TEST(OneValue, ASnapshotShowsTheDifferenceAndNotTheWhole) {
  const Snapshot before{"# ip rule\n0:\tfrom all lookup local\n"};
  const Snapshot after{"# ip rule\n0:\tfrom all lookup local\n77:\tfrom all lookup 100\n"};
  EXPECT_EQ(failure_of([&] { EXPECT_THAT(after, IsUnchangedSince(before)); }),
            "Value of: after\n"
            "Expected: is unchanged since the snapshot\n"
            "  Actual: which differs:\n"
            "# ip rule\n"
            "+ 77:\tfrom all lookup 100");
  EXPECT_EQ(failure_of([&] { EXPECT_THAT(before, Not(IsUnchangedSince(before))); }),
            "Value of: before\n"
            "Expected: has changed since the snapshot\n"
            "  Actual: which is as it was");
}

}  // namespace
