// A path there, another one back: nobody notices, until rp_filter is on.
//
//              eth0 ── r1 ── eth0
//     client  (asks by r1)         server        client 192.0.2.1, server 198.51.100.1, on their lo
//              eth1 ── r2 ── eth1
//                     (answers by r2)
//
// Believed: an answer comes back the way the question went. IP promises nothing of the kind. But
// rp_filter=1 (strict, RFC 3704) drops, in silence, what comes in where the route to its source does
// not go out; rp_filter=2 (loose) only what no route leads back to at all. The larger one of
// conf.all and conf.DEV counts (kernel: networking/ip-sysctl.rst, rp_filter).
#include "two_ways.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct TwoOpposedWays : TwoWays {
  TwoOpposedWays() {
    client.add_route({.to = "198.51.100.1/32", .via = "10.0.1.1", .src = "192.0.2.1"});
    r1.add_route({.to = "198.51.100.1/32", .via = "10.0.3.2"});
    server.add_route({.to = "192.0.2.1/32", .via = "10.0.4.1", .src = "198.51.100.1"});
    r2.add_route({.to = "192.0.2.1/32", .via = "10.0.2.2"});
  }
};

class AsymmetricPath : public Test, protected TwoOpposedWays {};

TEST_F(AsymmetricPath, WorksWithoutRpFilter) {
  EXPECT_THAT(client.route_to("198.51.100.1"), Dev("eth0"));
  EXPECT_THAT(server.route_to("192.0.2.1"), Dev("eth1"));
  EXPECT_REACHABLE(client, "198.51.100.1");
}

TEST_F(AsymmetricPath, IsSilenceWhereRpFilterIsStrict) {
  client.set_sysctl("net.ipv4.conf.eth1.rp_filter", "1");
  EXPECT_UNREACHABLE(client, "198.51.100.1", GetsNoAnswer(), {.timeout = 100ms});
}

TEST_F(AsymmetricPath, PassesAStrictFilterOnTheInterfaceItLeavesBy) {
  client.set_sysctl("net.ipv4.conf.eth0.rp_filter", "1");
  EXPECT_REACHABLE(client, "198.51.100.1");
}

TEST_F(AsymmetricPath, PassesALooseFilter) {
  client.set_sysctl("net.ipv4.conf.eth1.rp_filter", "2");
  EXPECT_REACHABLE(client, "198.51.100.1");
}

TEST_F(AsymmetricPath, PassesALooseFilterWhereAllSaysStrict) {
  client.set_sysctl("net.ipv4.conf.all.rp_filter", "1");
  EXPECT_UNREACHABLE(client, "198.51.100.1", GetsNoAnswer(), {.timeout = 100ms});
  client.set_sysctl("net.ipv4.conf.eth1.rp_filter", "2");
  EXPECT_REACHABLE(client, "198.51.100.1");
}

TEST_F(AsymmetricPath, IsNotFreedOfTheFilterByItsInterfaceAlone) {
  client.set_sysctl("net.ipv4.conf.all.rp_filter", "1");
  client.set_sysctl("net.ipv4.conf.eth1.rp_filter", "0");
  EXPECT_UNREACHABLE(client, "198.51.100.1", GetsNoAnswer(), {.timeout = 100ms});
}

// What loose is for: a source that no route leads back to does not even come in.
TEST_F(AsymmetricPath, ALooseFilterDropsWhatNoRouteLeadsBackTo) {
  server.add_address("lo", "203.0.113.1/32");
  const UniqueFd at_client = client.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  const auto client_sees_it = [&] {
    EXPECT_UNREACHABLE(server, "192.0.2.1", GetsNoAnswer(),
                       {.timeout = 100ms, .src = "203.0.113.1"});
    std::array<char, 128> question{};
    return ::recv(at_client.get(), question.data(), question.size(), MSG_DONTWAIT) > 0;
  };
  EXPECT_TRUE(client_sees_it());
  client.set_sysctl("net.ipv4.conf.eth1.rp_filter", "2");
  EXPECT_FALSE(client_sees_it());
}

TEST_F(AsymmetricPath, MadeSymmetricPassesTheStrictFilter) {
  client.set_sysctl("net.ipv4.conf.all.rp_filter", "1");
  server.delete_route({.to = "192.0.2.1/32"});
  server.add_route({.to = "192.0.2.1/32", .via = "10.0.3.1", .src = "198.51.100.1"});
  r1.add_route({.to = "192.0.2.1/32", .via = "10.0.1.2"});
  EXPECT_REACHABLE(client, "198.51.100.1");
}

}  // namespace
