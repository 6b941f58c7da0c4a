// Two ways of equal cost: a flow keeps to its way, flows are spread.
//
//              ┌─ eth0 ── r1 ── eth0 ─┐
//     client ──┤                      ├── server       client 192.0.2.1, server 198.51.100.1, on their lo
//              └─ eth1 ── r2 ── eth1 ─┘
//
// Believed: two next hops double what one transfer gets, packets taking turns. They would overtake each
// other: the kernel hashes the flow instead (RFC 2992). And what is a flow? By default the two addresses,
// so that all connections of two hosts share one way; fib_multipath_hash_policy=1 takes the ports, too
// (kernel: networking/ip-sysctl.rst).
#include "two_ways.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <set>
#include <string>

using namespace testing;
using namespace vethlab;

namespace {

struct TwoEqualWays : TwoWays {
  TwoEqualWays() {
    client.add_route({.to = "198.51.100.0/24",
                      .src = "192.0.2.1",
                      .nexthops = {{.via = "10.0.1.1"}, {.via = "10.0.2.1"}}});
    r1.add_route({.to = "198.51.100.0/24", .via = "10.0.3.2"});
    r2.add_route({.to = "198.51.100.0/24", .via = "10.0.4.2"});
    r1.add_route({.to = "192.0.2.1/32", .via = "10.0.1.2"});
    r2.add_route({.to = "192.0.2.1/32", .via = "10.0.2.2"});
  }
};

class Ecmp : public Test, protected TwoEqualWays {
 protected:
  // Who is the first on the way: it finds the ttl used up.
  std::string first_hop(const IpAddress& to) {
    const ProbeReport report = client.ping(to, {.ttl = 1});
    EXPECT_THAT(report, GetsIcmp(IcmpError::kTtlExceeded));
    return report.icmp ? report.icmp->from.text() : "nobody";
  }

  std::set<std::string> first_hops_to_32_hosts() {
    std::set<std::string> hops;
    for (int host = 1; host <= 32; ++host)
      hops.insert(first_hop("198.51.100." + std::to_string(host)));
    return hops;
  }

  UniqueFd listen_on(const std::string& dev, sockaddr_in& at) {
    UniqueFd udp = server.socket(AF_INET, SOCK_DGRAM);
    EXPECT_EQ(::setsockopt(udp.get(), SOL_SOCKET, SO_BINDTODEVICE, dev.c_str(),
                           static_cast<socklen_t>(dev.size())),
              0);
    EXPECT_EQ(::bind(udp.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    return udp;
  }

  // How many of 32 datagrams, each from a port of its own, come in by the server's eth0 and eth1.
  std::array<int, 2> arrivals_of_32_flows() {
    sockaddr_in at{.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {}, .sin_zero = {}};
    ::inet_pton(AF_INET, "198.51.100.1", &at.sin_addr);
    const std::array<UniqueFd, 2> ways = {listen_on("eth0", at), listen_on("eth1", at)};
    for (int flow = 0; flow < 32; ++flow) {
      const UniqueFd udp = client.socket(AF_INET, SOCK_DGRAM);
      EXPECT_EQ(::sendto(udp.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&at), sizeof at), 1);
    }
    std::array<int, 2> arrived = {0, 0};
    std::array<pollfd, 2> wait = {pollfd{ways[0].get(), POLLIN, 0},
                                  pollfd{ways[1].get(), POLLIN, 0}};
    while (arrived[0] + arrived[1] < 32 && ::poll(wait.data(), wait.size(), 2000) > 0) {
      for (std::size_t way = 0; way < ways.size(); ++way) {
        char byte = 0;
        while (::recv(ways.at(way).get(), &byte, 1, MSG_DONTWAIT) == 1) ++arrived.at(way);
      }
    }
    EXPECT_EQ(arrived[0] + arrived[1], 32) << "that came in at all";
    return arrived;
  }
};

TEST_F(Ecmp, KeepsAFlowOnItsWay) {
  std::set<std::string> hops;
  for (int echo = 0; echo < 20; ++echo) hops.insert(first_hop("198.51.100.1"));
  EXPECT_THAT(hops, SizeIs(1));
}

TEST_F(Ecmp, SpreadsDestinationsOverBothWays) {
  EXPECT_THAT(first_hops_to_32_hosts(), UnorderedElementsAre("10.0.1.1", "10.0.2.1"));
}

TEST_F(Ecmp, ByDefaultPutsAllConnectionsOfTwoHostsOnOneWay) {
  EXPECT_THAT(arrivals_of_32_flows(), UnorderedElementsAre(0, 32));
}

TEST_F(Ecmp, ByPortsSpreadsThem) {
  client.set_sysctl("net.ipv4.fib_multipath_hash_policy", "1");
  EXPECT_THAT(arrivals_of_32_flows(), Each(Gt(0)));
}

// Unlike a route of one next hop, this one outlives its interface's going down and comes back with it.
TEST_F(Ecmp, LeavesAWayThatIsDownAndReturnsToIt) {
  client.set_down("eth0");
  EXPECT_THAT(first_hops_to_32_hosts(), ElementsAre("10.0.2.1"));
  client.set_up("eth0");
  EXPECT_THAT(first_hops_to_32_hosts(), SizeIs(2));
}

}  // namespace
