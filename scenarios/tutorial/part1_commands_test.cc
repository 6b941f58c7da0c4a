// Part 1 of the container-networking tutorial once more, by its own commands: they run unchanged in
// `host`, whose /run/netns, processes and iptables are the lab's, and the API judges what they did.
#include "typed_commands.h"

#include <sys/stat.h>

using namespace testing;
using namespace vethlab;

namespace {

// inspect-net-stack.sh
constexpr const char* kInspect = R"(
echo "> Network devices"
ip link
echo -e "\n> Route table"
ip route
echo -e "\n> Iptables rules"
iptables --list-rules
)";

class Tutorial1Commands : public TypedCommands {
 protected:
  // What the program printed. It must succeed.
  std::string out_of(const Node& node, const Argv& argv) {
    const ProgramResult result = run(node, argv);
    EXPECT_THAT(result, Succeeds());
    return result.out;
  }

  Node& add_netns0() {
    host.shell("ip netns add netns0");
    return lab.adopt_node("netns0");
  }

  Node& add_netns0_with_ceth0() {
    Node& netns0 = add_netns0();
    host.shell("ip link add veth0 type veth peer name ceth0");
    host.shell("ip link set ceth0 netns netns0");
    return netns0;
  }

  Node& add_connected_netns0() {
    Node& netns0 = add_netns0_with_ceth0();
    host.shell("ip link set veth0 up; ip addr add 172.18.0.11/16 dev veth0");
    host.shell(
        "nsenter --net=/var/run/netns/netns0 sh -c 'ip link set lo up; ip link set ceth0 up; "
        "ip addr add 172.18.0.10/16 dev ceth0'");
    await_carrier(host, "veth0");
    await_carrier(netns0, "ceth0");
    return netns0;
  }
};

constexpr const char* kNoRules = "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n";

TEST_F(Tutorial1Commands, Row01_TheHostsStackIsInspected) {
  host.shell("iptables -N ROOT_NS");
  const std::string seen = out_of(host, {"bash", "-c", kInspect});
  EXPECT_THAT(seen, ContainsRegex("lo: <LOOPBACK,UP,LOWER_UP> mtu 65536"));
  EXPECT_THAT(seen, ContainsRegex("eth0@if[0-9]+: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500"));
  EXPECT_THAT(seen, HasSubstr("> Route table\ndefault via 10.0.2.2 dev eth0 metric 100 \n"
                              "10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15 \n"));
  EXPECT_THAT(seen, EndsWith(std::string("> Iptables rules\n") + kNoRules + "-N ROOT_NS\n"));
}

TEST_F(Tutorial1Commands, Row02_ANamedNamespaceIsListed) {
  host.shell("ip netns add netns0");
  EXPECT_THAT(out_of(host, {"ip", "netns"}), ContainsRegex("(^|\n)netns0( |\n)"));
}

TEST_F(Tutorial1Commands, Row03_NsenterRunsInIt) {
  Node& netns0 = add_netns0();
  const auto inode = [](const Node& node) {
    return node.run([] {
      struct stat file {};
      ::stat("/proc/self/ns/net", &file);
      return file.st_ino;
    });
  };
  const std::string seen =
      out_of(host, {"nsenter", "--net=/var/run/netns/netns0", "readlink", "/proc/self/ns/net"});
  EXPECT_EQ(seen, "net:[" + std::to_string(inode(netns0)) + "]\n");
  EXPECT_NE(inode(netns0), inode(host));
}

TEST_F(Tutorial1Commands, Row04_ANewNamespaceHasLoDownAndNothingElse) {
  host.shell("iptables -N ROOT_NS");
  Node& netns0 = add_netns0();
  const std::string seen =
      out_of(host, {"nsenter", "--net=/var/run/netns/netns0", "bash", "-c", kInspect});
  EXPECT_THAT(seen, HasSubstr("lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN"));
  EXPECT_THAT(seen, EndsWith(std::string("> Route table\n\n> Iptables rules\n") + kNoRules));
  EXPECT_THAT(netns0.link("lo"), AllOf(IsDown(), Qdisc("noop")));
  EXPECT_THAT(netns0.addresses(), IsEmpty());
  EXPECT_THAT(netns0.routes(), IsEmpty());
}

TEST_F(Tutorial1Commands, Row05_AVethPairIsBornInTheHostAndDown) {
  host.shell("ip link add veth0 type veth peer name ceth0");
  EXPECT_THAT(out_of(host, {"ip", "link"}),
              ContainsRegex("veth0@ceth0: <BROADCAST,MULTICAST,M-DOWN> "
                            "mtu 1500 qdisc noop state DOWN"));
  EXPECT_EQ(host.link("veth0").peer, "ceth0");
  EXPECT_EQ(host.link("ceth0").peer, "veth0");
}

TEST_F(Tutorial1Commands, Row06_OneEndMovesToNetns0AndKeepsItsMac) {
  Node& netns0 = add_netns0();
  host.shell("ip link add veth0 type veth peer name ceth0");
  const std::string mac = host.link("ceth0").mac;
  host.shell("ip link set ceth0 netns netns0");
  EXPECT_THAT(out_of(host, {"ip", "link"}), HasSubstr("link-netns netns0"));
  EXPECT_THAT(host.links(), Not(Contains(Named("ceth0"))));
  EXPECT_THAT(netns0.link("ceth0"), Mac(mac));
  EXPECT_EQ(host.link("veth0").link_netns, "netns0");
}

TEST_F(Tutorial1Commands, Row07And08_BothEndsAreUpAndHaveTheirAddresses) {
  Node& netns0 = add_connected_netns0();
  EXPECT_THAT(
      out_of(netns0, {"ip", "link"}),
      AllOf(ContainsRegex("lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN"),
            ContainsRegex("ceth0@if[0-9]+: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc "
                          "noqueue state UP")));
  EXPECT_THAT(host.addresses(), Contains(AllOf(Inet("172.18.0.11/16"), Dev("veth0"))));
  EXPECT_THAT(netns0.addresses(), Contains(AllOf(Inet("172.18.0.10/16"), Dev("ceth0"))));
}

TEST_F(Tutorial1Commands, Row09_TheyPingEachOther) {
  Node& netns0 = add_connected_netns0();
  constexpr const char* kAll = "2 packets transmitted, 2 received, 0% packet loss";
  EXPECT_THAT(out_of(netns0, {"ping", "-c", "2", "172.18.0.11"}),
              AllOf(HasSubstr("icmp_seq=2 ttl=64"), HasSubstr(kAll)));
  EXPECT_THAT(out_of(host, {"ping", "-c", "2", "172.18.0.10"}),
              AllOf(HasSubstr("icmp_seq=2 ttl=64"), HasSubstr(kAll)));
}

TEST_F(Tutorial1Commands, Row10_TheRestOfTheWorldIsUnreachableAtOnce) {
  Node& netns0 = add_connected_netns0();
  for (const char* const to : {"10.0.2.15", "8.8.8.8"}) {
    const ProgramResult result = netns0.exec({"ping", to});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("Network is unreachable"));
  }
}

TEST_F(Tutorial1Commands, Row11And12_EachHasItsConnectedRoute) {
  Node& netns0 = add_connected_netns0();
  EXPECT_EQ(out_of(netns0, {"ip", "route"}),
            "172.18.0.0/16 dev ceth0 proto kernel scope link src 172.18.0.10 \n");
  EXPECT_EQ(out_of(host, {"ip", "route"}),
            "default via 10.0.2.2 dev eth0 metric 100 \n"
            "10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.15 \n"
            "172.18.0.0/16 dev veth0 proto kernel scope link src 172.18.0.11 \n");
}

TEST_F(Tutorial1Commands, Row13_TheRouteComesAndGoesWithAddressMaskAndDevice) {
  Node& netns0 = add_connected_netns0();
  EXPECT_THAT(netns0.routes(), ElementsAre(To("172.18.0.0/16")));
  netns0.shell("ip link set ceth0 down");
  EXPECT_EQ(out_of(netns0, {"ip", "route"}), "");
  netns0.shell("ip link set ceth0 up; ip addr del 172.18.0.10/16 dev ceth0");
  EXPECT_THAT(netns0.routes(), IsEmpty());
  netns0.shell("ip addr add 172.18.0.10/32 dev ceth0");
  EXPECT_THAT(netns0.routes(), IsEmpty());
  EXPECT_EQ(netns0.exec({"ping", "172.18.0.11"}).exit_code, 2);
}

}  // namespace
