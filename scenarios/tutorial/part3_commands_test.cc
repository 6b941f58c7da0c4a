// Part 3 of the container-networking tutorial once more, by its own commands, run unchanged in
// `host`, and judged by the API and by what they print.
#include <vethlab/vethlab.h>

#include <iostream>

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

class Tutorial3Commands : public Test {
 protected:
  Tutorial3Commands() {
    uplink.add_address("lo", "8.8.8.8/32");
    host.add_route({.to = "default", .via = "10.0.2.2", .dev = "eth0", .metric = 100});
    host.shell(kBridgedContainer);
    netns0 = &lab.adopt_node("netns0");
    // Programs do not wait until packets pass, and a reader takes longer to type.
    EXPECT_TRUE(host.wait_until([&] { return Matches(IsUp())(host.link("br0")); }));
    EXPECT_TRUE(netns0->wait_until([&] { return Matches(IsUp())(netns0->link("ceth0")); }));
  }

  // What the program printed, shown as on the reader's screen, and its exit status.
  static ProgramResult run(const Node& node, const Argv& argv) {
    ProgramResult result = node.exec(argv);
    std::cout << "  " << node.name() << "#";
    for (const std::string& each : argv) std::cout << ' ' << each;
    std::cout << '\n' << result.out << result.err;
    return result;
  }

  static void type(const Node& node, const char* command) {
    std::cout << "  " << node.name() << "# " << command << '\n';
    node.shell(command);
  }

  Lab lab;
  Node& uplink = lab.add_node("uplink");
  Node& host = lab.add_node("host");
  Wire& card = lab.connect({uplink, "eth0", "10.0.2.2/24"}, {host, "eth0", "10.0.2.15/24"});
  Node* netns0 = nullptr;
};

auto GetsAll() {
  return AllOf(Succeeds(), Prints(HasSubstr("1 packets transmitted, 1 received, 0% packet loss")));
}
auto LosesAll() { return AllOf(Exits(1), Prints(HasSubstr("100% packet loss"))); }
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
