// A firewall's rules and chains as values, whoever made them.
#include <vethlab/fixtures/line.h>

using namespace testing;
using namespace vethlab;

namespace {

class FirewallRulesTest : public LineTest {};

TEST_F(FirewallRulesTest, AreNoneInANewNode) {
  EXPECT_THAT(r.firewall_rules(), IsEmpty());
  EXPECT_THAT(r.firewall_chains(), IsEmpty());
}

TEST_F(FirewallRulesTest, AreNftsInItsWords) {
  r.nft(R"(
    table inet filter {
      set ports { type inet_service; elements = { 1, 2 }; }
      counter total { }
      chain other { comment "only jumped to"; }
      chain input {
        type filter hook input priority 10; policy drop;
        meta nfproto ipv4 counter jump other # IPv6 solicits routers, in its own time
        tcp dport @ports accept comment "counter # handle 7"
        ip saddr { 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6, 10.0.0.7, 10.0.0.8, 10.0.0.9 } udp dport 53 counter name total accept
      }
    }
    table arp f { chain input { type filter hook input priority 0; policy accept; }; })");
  EXPECT_THAT(
      r.firewall_rules(),
      ElementsAre(AllOf(OfFamily("inet"), Table("filter"), Chain("input"),
                        RuleText("meta nfproto ipv4 counter jump other"), Packets(0u), Bytes(0u),
                        Handle(Gt(0u))),
                  AllOf(RuleText("tcp dport @ports accept comment \"counter # handle 7\""),
                        Packets(std::nullopt)),
                  AllOf(RuleText(AllOf(StartsWith("ip saddr { 10.0.0.1,"), HasSubstr("10.0.0.9 }"),
                                       EndsWith("counter name \"total\" accept"))),
                        Packets(std::nullopt))));
  EXPECT_THAT(
      r.firewall_chains(),
      UnorderedElementsAre(
          AllOf(OfFamily("inet"), Table("filter"), Chain("other"), Hook(""), Policy("")),
          AllOf(Chain("input"), Type("filter"), Hook("input"), Priority(10), Policy("drop")),
          AllOf(OfFamily("arp"), Table("f"), Hook("input"), Policy("accept"))));
}

TEST_F(FirewallRulesTest, CountWhatTheyMatched) {
  b.drop("icmp type echo-request");
  b.nft("add rule inet vethlab input udp dport 7 drop");
  ASSERT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(),
                     {.count = 3, .timeout = std::chrono::milliseconds(50)});
  EXPECT_THAT(b.firewall_rules(),
              ElementsAre(AllOf(RuleText("icmp type echo-request counter drop"), Packets(3u),
                                Bytes(3u * (20 + 8 + 56))),
                          AllOf(RuleText("udp dport 7 drop"), Packets(std::nullopt))));
}

TEST_F(FirewallRulesTest, AreIptablesInItsWords) {
  b.iptables(
      "-P FORWARD DROP\n-N SEEN\n-A INPUT -p icmp -j SEEN\n-t nat -A POSTROUTING -j MASQUERADE");
  b.iptables("-A INPUT -s fd00::/16 -j ACCEPT", Family::kIpv6);
  ASSERT_REACHABLE(a, "10.0.2.2", {.count = 2});
  EXPECT_THAT(b.firewall_rules(),
              UnorderedElementsAre(
                  AllOf(OfFamily("ip"), Table("filter"), Chain("INPUT"),
                        RuleText("-A INPUT -p icmp -j SEEN"), Packets(2u), Bytes(168u),
                        Handle(std::nullopt)),
                  AllOf(Table("nat"), Chain("POSTROUTING"), RuleText(HasSubstr("MASQUERADE"))),
                  AllOf(OfFamily("ip6"), Table("filter"), Chain("INPUT"),
                        RuleText("-A INPUT -s fd00::/16 -j ACCEPT"))));
  EXPECT_THAT(
      b.firewall_chains(),
      AllOf(Contains(AllOf(OfFamily("ip"), Table("filter"), Chain("FORWARD"), Type("filter"),
                           Hook("forward"), Policy("drop"), Packets(0u))),
            Contains(AllOf(OfFamily("ip"), Table("filter"), Chain("SEEN"), Hook(""), Policy(""))),
            Contains(AllOf(OfFamily("ip"), Table("nat"), Chain("POSTROUTING"), Type("nat"),
                           Hook("postrouting"), Policy("accept")))));
}

TEST_F(FirewallRulesTest, AreBothToolsWhereBothWereUsed) {
  r.iptables("-A INPUT -p tcp -j ACCEPT");
  r.masquerade("eth1");
  r.nft(
      "table ip filter { chain mine { type filter hook input priority 5; ip protocol 4 drop; }; }");
  EXPECT_THAT(r.firewall_rules(),
              UnorderedElementsAre(
                  AllOf(Table("filter"), Chain("INPUT"), RuleText("-A INPUT -p tcp -j ACCEPT")),
                  AllOf(Table("vethlab"), RuleText("oifname \"eth1\" counter masquerade")),
                  AllOf(Table("filter"), Chain("mine"), RuleText(StartsWith("ip protocol")))));
}

// Where the machine's iptables is nft's, and a program took the older one.
TEST_F(FirewallRulesTest, AreThoseOfIptablesLegacyToo) {
  if (r.exec({"sh", "-c", "PATH=$PATH:/usr/sbin; iptables-legacy -A INPUT -p tcp -j DROP"})
          .exit_code != 0)
    GTEST_SKIP() << "no iptables-legacy here, or no kernel for it";
  EXPECT_THAT(r.firewall_rules(), ElementsAre(RuleText("-A INPUT -p tcp -j DROP")));
}

}  // namespace
