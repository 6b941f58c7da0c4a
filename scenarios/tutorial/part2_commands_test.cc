// Part 2 of the container-networking tutorial once more, by its own commands, run unchanged in
// `host`, and judged by the API and by what they print.
#include "typed_commands.h"

using namespace testing;
using namespace vethlab;

namespace {

// As in part 1, twice: each container has a veth, and each host's end an address.
constexpr const char* kTwoVeths = R"(
ip netns add netns0
ip link add veth0 type veth peer name ceth0
ip link set ceth0 netns netns0
ip link set veth0 up
ip addr add 172.18.0.11/16 dev veth0
nsenter --net=/var/run/netns/netns0 sh -eu << 'END'
ip link set lo up
ip link set ceth0 up
ip addr add 172.18.0.10/16 dev ceth0
END

ip netns add netns1
ip link add veth1 type veth peer name ceth1
ip link set ceth1 netns netns1
ip link set veth1 up
ip addr add 172.18.0.21/16 dev veth1
nsenter --net=/var/run/netns/netns1 sh -eu << 'END'
ip link set lo up
ip link set ceth1 up
ip addr add 172.18.0.20/16 dev ceth1
END
)";

// The host's ends lose their addresses and become ports of a bridge.
constexpr const char* kBridge = R"(
ip addr del 172.18.0.11/16 dev veth0
ip addr del 172.18.0.21/16 dev veth1
ip link add br0 type bridge
ip link set br0 up
ip link set veth0 master br0
ip link set veth1 master br0
)";

class Tutorial2Commands : public TypedCommands {
 protected:
  Tutorial2Commands() {
    host.shell(kTwoVeths);
    netns0 = &lab.adopt_node("netns0");
    netns1 = &lab.adopt_node("netns1");
    for (const char* const dev : {"veth0", "veth1"}) await_carrier(host, dev);
    await_carrier(*netns0, "ceth0");
    await_carrier(*netns1, "ceth1");
  }

  void make_bridge() {
    host.shell(kBridge);
    await_carrier(host, "br0");
  }

  Node* netns0 = nullptr;
  Node* netns1 = nullptr;
};

TEST_F(Tutorial2Commands, Before_TwoAddressesOfOneNetworkMakeTwoRoutesToIt) {
  EXPECT_THAT(run(host, {"ip", "route"}),
              Prints("default via 10.0.2.2 dev eth0 metric 100 \n"
                     "10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15 \n"
                     "172.18.0.0/16 dev veth0 proto kernel scope link src 172.18.0.11 \n"
                     "172.18.0.0/16 dev veth1 proto kernel scope link src 172.18.0.21 \n"));
}

TEST_F(Tutorial2Commands, Before_TheFirstRouteWinsForBothContainers) {
  EXPECT_THAT(run(host, {"ip", "route", "get", "172.18.0.20"}),
              Prints(StartsWith("172.18.0.20 dev veth0 src 172.18.0.11 ")));
}

TEST_F(Tutorial2Commands, Before_Netns1AndTheHostCannotReachEachOther) {
  EXPECT_THAT(run(host, {"ping", "-c1", "-W1", "172.18.0.10"}), Succeeds());
  EXPECT_THAT(run(host, {"ping", "-c1", "-W1", "172.18.0.20"}), LosesAll());
  EXPECT_THAT(run(*netns1, {"ping", "-c1", "-W1", "172.18.0.21"}), LosesAll());
}

TEST_F(Tutorial2Commands, OnABridgeTheContainersReachEachOther) {
  make_bridge();
  EXPECT_THAT(run(*netns0, {"ping", "-c2", "172.18.0.20"}),
              Prints(HasSubstr("2 packets transmitted, 2 received, 0% packet loss")));
  EXPECT_THAT(run(*netns1, {"ping", "-c2", "172.18.0.10"}),
              Prints(HasSubstr("2 packets transmitted, 2 received, 0% packet loss")));
  EXPECT_REACHABLE(*netns0, *netns1);
}

TEST_F(Tutorial2Commands, OnABridgeTheContainersKnowEachOthersMac) {
  make_bridge();
  const std::string mac1 = netns1->link("ceth1").mac;
  ASSERT_THAT(run(*netns0, {"ping", "-c1", "172.18.0.20"}), Succeeds());
  EXPECT_THAT(run(*netns0, {"ip", "neigh"}),
              Prints(HasSubstr("172.18.0.20 dev ceth0 lladdr " + mac1)));
}

TEST_F(Tutorial2Commands, TheBridgeKnowsBehindWhichPortEachIs) {
  make_bridge();
  ASSERT_THAT(run(*netns0, {"ping", "-c1", "172.18.0.20"}), Succeeds());
  EXPECT_THAT(run(host, {"bridge", "fdb", "show", "br", "br0"}),
              Prints(AllOf(HasSubstr(netns0->link("ceth0").mac + " dev veth0 master br0"),
                           HasSubstr(netns1->link("ceth1").mac + " dev veth1 master br0"))));
}

TEST_F(Tutorial2Commands, TheHostHasNoRouteToThemAnyMore) {
  make_bridge();
  EXPECT_THAT(run(host, {"ip", "route"}),
              Prints("default via 10.0.2.2 dev eth0 metric 100 \n"
                     "10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15 \n"));
  EXPECT_THAT(run(host, {"ping", "-c1", "-W1", "172.18.0.10"}), LosesAll());
  EXPECT_UNREACHABLE(host, "172.18.0.10", GetsNoAnswer());
}

}  // namespace
