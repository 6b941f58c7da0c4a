// Part 4 of the container-networking tutorial once more, by its own commands, run unchanged in
// `host`, and judged by the API and by what they print.
#include "typed_commands.h"

#include <unistd.h>

#include <iostream>

using namespace testing;
using namespace vethlab;

namespace {

// As at the end of part 3.
constexpr const char* kContainer = R"(
ip netns add netns0
ip link add veth0 type veth peer name ceth0
ip link set veth0 up
ip link set ceth0 netns netns0
nsenter --net=/var/run/netns/netns0 sh -eu << 'END'
ip link set lo up
ip link set ceth0 up
ip addr add 172.18.0.10/16 dev ceth0
ip route add default via 172.18.0.1
END
ip link add br0 type bridge
ip link set br0 up
ip link set veth0 master br0
ip addr add 172.18.0.1/16 dev br0
echo 1 > /proc/sys/net/ipv4/ip_forward
iptables -t nat -A POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE
)";

constexpr const char* kPublish =
    "iptables -t nat -A PREROUTING -d 10.0.2.15 -p tcp -m tcp --dport 5000 "
    "-j DNAT --to-destination 172.18.0.10:5000";
constexpr const char* kPublishToTheHost =
    "iptables -t nat -A OUTPUT -d 10.0.2.15 -p tcp -m tcp --dport 5000 "
    "-j DNAT --to-destination 172.18.0.10:5000";

class Tutorial4Commands : public TypedCommands {
 protected:
  Tutorial4Commands() {
    host.shell(kContainer);
    netns0 = &lab.adopt_node("netns0");
    await_carrier(host, "br0");
    await_carrier(*netns0, "ceth0");
    netns0->start(
        [] {
          ::execlp("python3", "python3", "-u", "-m", "http.server", "--bind", "172.18.0.10", "5000",
                   nullptr);
        },
        {.ready = listens_on_tcp(5000), .timeout = std::chrono::seconds(30)});
  }

  // What curl printed, shown as on the reader's screen, and its exit status.
  static ProgramResult curl(const Node& node, const char* where) {
    const std::string url = std::string("http://") + where + "/";
    ProgramResult result =
        node.exec({"curl", "-sS", "--max-time", "5", url}, {.env = {{"no_proxy", "*"}}});
    std::cout << "  " << node.name() << "# curl " << where << '\n'
              << result.out.substr(0, result.out.find('\n') + 1) << result.err;
    return result;
  }

  Node* netns0 = nullptr;
};

auto GetsThePage() { return AllOf(Succeeds(), Prints(HasSubstr("Directory listing for /"))); }
auto IsRefused() { return AllOf(Exits(7), Complains(HasSubstr("Failed to connect"))); }

TEST_F(Tutorial4Commands, TheServerAnswersTheHostOnItsOwnAddress) {
  EXPECT_THAT(curl(host, "172.18.0.10:5000"), GetsThePage());
}

TEST_F(Tutorial4Commands, Before_TheHostsAddressIsRefused) {
  EXPECT_THAT(curl(uplink, "10.0.2.15:5000"), IsRefused());
  EXPECT_THAT(curl(host, "10.0.2.15:5000"), IsRefused());
}

TEST_F(Tutorial4Commands, ARuleInPreroutingPublishesItToTheOthers) {
  type(host, kPublish);
  EXPECT_THAT(curl(uplink, "10.0.2.15:5000"), GetsThePage());
}

TEST_F(Tutorial4Commands, Before_WhatTheHostItselfSendsDoesNotPassPrerouting) {
  type(host, kPublish);
  EXPECT_THAT(curl(host, "10.0.2.15:5000"), IsRefused());
}

TEST_F(Tutorial4Commands, ARuleInOutputPublishesItToTheHostItself) {
  type(host, kPublish);
  type(host, kPublishToTheHost);
  EXPECT_THAT(curl(host, "10.0.2.15:5000"), GetsThePage());
  EXPECT_THAT(curl(uplink, "10.0.2.15:5000"), GetsThePage());
}

}  // namespace
