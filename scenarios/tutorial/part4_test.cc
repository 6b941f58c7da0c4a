// Part 4 of the container-networking tutorial: publishing a port.
#include "machine.h"

#include <iostream>

using namespace testing;
using namespace vethlab;

namespace {

constexpr const char* kQuestion = R"(
  Question 4: how does the world reach a server in a container?

    uplink                    host                          netns0
    10.0.2.2 ────── eth0 10.0.2.15    br0 172.18.0.1        a server on port 5000
                         :5000 ─ ─ ─ ─ └── veth0 ── ceth0 172.18.0.10

  By rules of destination NAT: in PREROUTING for what comes in, in OUTPUT for what host itself sends.
)";

// As at the end of part 3.
struct MachineThatMasquerades : Machine {
  Node& netns0 = lab.add_node("netns0");

  MachineThatMasquerades() {
    lab.connect({host, "veth0"}, {netns0, "ceth0", "172.18.0.10/16"});
    host.add_bridge("br0");
    host.set_up("br0");
    host.set_master("veth0", "br0");
    host.add_address("br0", "172.18.0.1/16");
    netns0.add_route({.to = "default", .via = "172.18.0.1"});
    host.set_sysctl("net.ipv4.ip_forward", "1");
    host.iptables("-t nat -A POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE");
  }

  void publish_to_others() {
    host.iptables(
        "-t nat -A PREROUTING -d 10.0.2.15 -p tcp -m tcp --dport 5000"
        " -j DNAT --to-destination 172.18.0.10:5000");
  }
  void publish_to_the_host() {
    host.iptables(
        "-t nat -A OUTPUT -d 10.0.2.15 -p tcp -m tcp --dport 5000"
        " -j DNAT --to-destination 172.18.0.10:5000");
  }
};

class Tutorial4 : public Test, protected MachineThatMasquerades {
 protected:
  static void SetUpTestSuite() { std::cout << kQuestion << '\n'; }

  Server& server = netns0.serve_http(5000, "Hello from netns0\n");
};

TEST_F(Tutorial4, TheServerAnswersTheHostOnItsOwnAddress) {
  EXPECT_REACHABLE(host, tcp_to("172.18.0.10", 5000));
}

TEST_F(Tutorial4, Before_TheHostsAddressIsRefused) {
  EXPECT_UNREACHABLE(uplink, tcp_to("10.0.2.15", 5000), FailsWith(ECONNREFUSED));
  EXPECT_UNREACHABLE(host, tcp_to("10.0.2.15", 5000), FailsWith(ECONNREFUSED));
}

TEST_F(Tutorial4, ARuleInPreroutingPublishesItToTheOthers) {
  publish_to_others();
  EXPECT_REACHABLE(uplink, tcp_to("10.0.2.15", 5000));
}

TEST_F(Tutorial4, Before_WhatTheHostItselfSendsDoesNotPassPrerouting) {
  publish_to_others();
  EXPECT_UNREACHABLE(host, tcp_to("10.0.2.15", 5000), FailsWith(ECONNREFUSED));
}

TEST_F(Tutorial4, ARuleInOutputPublishesItToTheHostItself) {
  publish_to_others();
  publish_to_the_host();
  EXPECT_REACHABLE(host, tcp_to("10.0.2.15", 5000));
  EXPECT_REACHABLE(uplink, tcp_to("10.0.2.15", 5000));
}

TEST_F(Tutorial4, TheServerSeesTheClientsRealAddress) {
  publish_to_others();
  publish_to_the_host();
  ASSERT_REACHABLE(uplink, tcp_to("10.0.2.15", 5000));
  ASSERT_REACHABLE(host, tcp_to("10.0.2.15", 5000));
  std::cout << "  netns0's server heard" << PrintToString(server.clients()) << '\n';
  EXPECT_THAT(server.clients(), ElementsAre(Src("10.0.2.2"), Src("10.0.2.15")));
}

TEST_F(Tutorial4, OtherPortsAreRefusedAsBefore) {
  publish_to_others();
  EXPECT_UNREACHABLE(uplink, tcp_to("10.0.2.15", 5001), FailsWith(ECONNREFUSED));
}

}  // namespace
