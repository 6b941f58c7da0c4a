// Part 3 of the container-networking tutorial once more, by its own commands, run unchanged in
// `host`, and judged by the API and by what they print.
#include "typed_commands.h"

using namespace testing;
using namespace vethlab;

namespace {

// As in part 2, for one container: its veth's other end is a port of the bridge.
constexpr const char* kBridgedContainer = R"(
ip netns add netns0
ip link add veth0 type veth peer name ceth0
ip link set veth0 up
ip link set ceth0 netns netns0
nsenter --net=/var/run/netns/netns0 sh -eu << 'END'
ip link set lo up
ip link set ceth0 up
ip addr add 172.18.0.10/16 dev ceth0
END
ip link add br0 type bridge
ip link set br0 up
ip link set veth0 master br0
)";

constexpr const char* kAddress = "ip addr add 172.18.0.1/16 dev br0";
constexpr const char* kDefault = "ip route add default via 172.18.0.1";
constexpr const char* kForward = "echo 1 > /proc/sys/net/ipv4/ip_forward";
constexpr const char* kMasquerade =
    "iptables -t nat -A POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE";

class Tutorial3Commands : public TypedCommands {
 protected:
  Tutorial3Commands() {
    host.shell(kBridgedContainer);
    netns0 = &lab.adopt_node("netns0");
    await_carrier(host, "br0");
    await_carrier(*netns0, "ceth0");
  }

  Node* netns0 = nullptr;
};

auto GetsAll() {
  return AllOf(Succeeds(), Prints(HasSubstr("1 packets transmitted, 1 received, 0% packet loss")));
}
auto HasNoRoute() { return AllOf(Exits(2), Complains(HasSubstr("Network is unreachable"))); }

TEST_F(Tutorial3Commands, Before_TheContainerAndTheHostCannotReachEachOther) {
  EXPECT_THAT(run(host, {"ping", "-c1", "-W1", "172.18.0.10"}), LosesAll());
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "-W1", "172.18.0.1"}), LosesAll());
}

TEST_F(Tutorial3Commands, WithAnAddressOnTheBridgeTheyDo) {
  type(host, kAddress);
  EXPECT_THAT(run(host, {"ip", "route"}),
              Prints(HasSubstr("172.18.0.0/16 dev br0 proto kernel scope link src 172.18.0.1")));
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "172.18.0.1"}), GetsAll());
  EXPECT_THAT(run(host, {"ping", "-c1", "172.18.0.10"}), GetsAll());
}

TEST_F(Tutorial3Commands, Before_TheContainerHasNoRouteToTheHostsOtherAddress) {
  type(host, kAddress);
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "10.0.2.15"}), HasNoRoute());
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "8.8.8.8"}), HasNoRoute());
}

TEST_F(Tutorial3Commands, WithADefaultRouteTheHostsOtherAddressAnswers) {
  type(host, kAddress);
  type(*netns0, kDefault);
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "10.0.2.15"}), GetsAll());
}

TEST_F(Tutorial3Commands, Before_TheWorldIsSilentWithoutForwardingAndMasquerading) {
  type(host, kAddress);
  type(*netns0, kDefault);
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "-W1", "8.8.8.8"}), LosesAll());
}

TEST_F(Tutorial3Commands, Before_ForwardingAloneIsNotEnough) {
  type(host, kAddress);
  type(*netns0, kDefault);
  type(host, kForward);
  EXPECT_EQ(host.sysctl("net.ipv4.ip_forward"), "1");
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "-W1", "8.8.8.8"}), LosesAll());
}

TEST_F(Tutorial3Commands, Before_MasqueradingAloneIsNotEnough) {
  type(host, kAddress);
  type(*netns0, kDefault);
  type(host, kMasquerade);
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "-W1", "8.8.8.8"}), LosesAll());
}

TEST_F(Tutorial3Commands, WithBothTheWorldAnswers) {
  type(host, kAddress);
  type(*netns0, kDefault);
  type(host, kForward);
  type(host, kMasquerade);
  EXPECT_THAT(run(*netns0, {"ping", "-c1", "8.8.8.8"}), GetsAll());
  EXPECT_REACHABLE(*netns0, "8.8.8.8");
  EXPECT_THAT(run(host, {"iptables", "-t", "nat", "--list-rules"}),
              Prints(EndsWith("-A POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE\n")));
}

}  // namespace
