// What a firewall's author looks at: which packets pass, what is told to who is refused, what counted.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

//   world ── wall ── web
struct Walled : Test {
  Lab lab;
  Node& world = lab.add_node("world");
  Node& wall = lab.add_node("wall", {.forwarding = true});
  Node& web = lab.add_node("web");
  Wire& outside = lab.connect({world, "eth0", "192.0.2.1/24"}, {wall, "wan", "192.0.2.15/24"});
  Wire& inside = lab.connect({wall, "lan", "10.85.0.1/16"}, {web, "eth0", "10.85.0.2/16"});

  Walled() { web.add_route({.to = "default", .via = "10.85.0.1"}); }
};

TEST_F(Walled, PublishesOnePortAndHidesTheRest) {
  Server& site = web.serve_http(8080, "hello");
  wall.publish(80, "10.85.0.2:8080");
  wall.masquerade("wan");
  wall.reject("iifname \"wan\" tcp dport 22", {.with = RejectWith::kTcpReset});
  wall.drop("iifname \"wan\" icmp type echo-request");

  EXPECT_REACHABLE(world, tcp_to("192.0.2.15", 80));
  EXPECT_UNREACHABLE(world, tcp_to("192.0.2.15", 22), FailsWith(ECONNREFUSED));
  EXPECT_UNREACHABLE(world, "192.0.2.15", GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_REACHABLE(web, world);
  EXPECT_THAT(site.clients(), SizeIs(1));
  EXPECT_THAT(wall.firewall_rules(),
              Contains(AllOf(Chain("input"), RuleText(HasSubstr("echo-request")), Packets(1u))));
  EXPECT_THAT(wall.connections(), Contains(Reply(AllOf(Src("10.85.0.2"), SrcPort(8080)))));
}

TEST_F(Walled, LetsThroughWhatItsOwnRulesAllow) {
  wall.nft(R"(
    table inet filter {
      chain forward {
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        iifname "lan" accept
      }
    })");
  world.add_route({.to = "10.85.0.0/16", .via = "192.0.2.15"});

  EXPECT_REACHABLE(web, world);
  EXPECT_UNREACHABLE(world, web, GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_THAT(wall.firewall_chains(), ElementsAre(AllOf(Hook("forward"), Policy("drop"))));
}

TEST_F(Walled, TakesTheRulesThatItsAuthorHas) {
  const Snapshot before = wall.snapshot();
  wall.iptables(R"(
    -P FORWARD DROP
    -A FORWARD -p icmp -j REJECT --reject-with icmp-admin-prohibited
    -t nat -A POSTROUTING -s 10.85.0.0/16 -o wan -j MASQUERADE)");
  EXPECT_UNREACHABLE(web, world, GetsIcmp(IcmpError::kAdminProhibited, "10.85.0.1"));
  EXPECT_THAT(wall.firewall_chains(),
              Contains(AllOf(Table("filter"), Chain("FORWARD"), Policy("drop"))));
  EXPECT_THAT(wall.snapshot(), Not(IsUnchangedSince(before)));
}

}  // namespace
