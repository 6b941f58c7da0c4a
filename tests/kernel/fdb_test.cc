#include <vethlab/fixtures/star.h>

#include <sys/socket.h>

#include "throws_errno.h"

using namespace testing;
using namespace vethlab;

namespace {

class FdbTest : public StarTest {};

TEST_F(FdbTest, KnowsBehindWhichPortAHostIs) {
  EXPECT_REACHABLE(host(1), host(2));
  for (const int k : {1, 2}) {
    const Link eth0 = host(k).link("eth0");
    const Link port = sw.links().at(static_cast<std::size_t>(k) + 1);
    EXPECT_EQ(port.peer_index, eth0.index);
    EXPECT_THAT(sw.fdb(),
                Contains(FdbEntry{.mac = eth0.mac, .dev = port.name, .master = port.master}));
  }
}

TEST_F(FdbTest, HasThePortsOwnAddressesForEver) {
  const Link port = sw.links().back();
  const FdbEntry own{
      .mac = port.mac, .dev = port.name, .master = port.master, .state = "permanent"};
  EXPECT_THAT(sw.fdb(), Contains(own));
  EXPECT_EQ(PrintToString(own), port.mac + " dev " + port.name + " master br0 permanent");
}

TEST_F(FdbTest, IsAsBridgeShowsIt) {
  EXPECT_REACHABLE(host(1), host(3));
  std::string ours;
  for (const FdbEntry& entry : sw.fdb()) ours += PrintToString(entry) + "\n";
  std::string theirs = sw.exec({"bridge", "fdb"}).out;
  for (auto at = theirs.find(" \n"); at != std::string::npos; at = theirs.find(" \n", at))
    theirs.erase(at, 1);
  EXPECT_EQ(ours, theirs);
}

// The multicast addresses that its interface listens to.
TEST_F(FdbTest, HasTheDevicesOwnTableAloneWithoutABridge) {
  EXPECT_THAT(host(1).fdb(), AllOf(Contains(AllOf(Mac("33:33:00:00:00:01"), Dev("eth0"))),
                                   Each(AllOf(IsSelf(), Master("")))));
}

}  // namespace
