// What a firewall drops, by nftables and by iptables: the rule, or the policy.
#include "why.h"

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

using FirewallFault = Line;

TEST_F(FirewallFault, NftInputDrop) {
  b.nft(
      "table inet f { chain in { type filter hook input priority 0; ip saddr 10.0.1.2 drop; }; }");
  EXPECT_EQ(fault_of(),
            "b's firewall drops it: rule \"ip saddr 10.0.1.2 drop\" in chain in of table inet f");
}

TEST_F(FirewallFault, NftInputPolicy) {
  b.nft("table inet f { chain in { type filter hook input priority 0; policy drop; }; }");
  EXPECT_EQ(fault_of(), "b's firewall drops it: the policy of chain in of table inet f is drop");
}

TEST_F(FirewallFault, NftForwardDropWithoutCounter) {
  r.nft(
      "table inet f { chain passing { type filter hook forward priority 0; ip daddr 10.0.2.2 drop; "
      "}; "
      "}");
  EXPECT_EQ(
      fault_of(),
      "r's firewall drops it: rule \"ip daddr 10.0.2.2 drop\" in chain passing of table inet f");
}

TEST_F(FirewallFault, NftRawPrerouting) {
  r.nft(
      "table ip f { chain pre { type filter hook prerouting priority -300; icmp type echo-request "
      "drop; }; }");
  EXPECT_EQ(
      fault_of(),
      "r's firewall drops it: rule \"icmp type echo-request drop\" in chain pre of table ip f");
}

TEST_F(FirewallFault, NftPostrouting) {
  r.nft(
      "table ip f { chain post { type filter hook postrouting priority 0; ip daddr 10.0.2.2 drop; "
      "}; }");
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 drop\" in chain post of table ip f");
}

TEST_F(FirewallFault, NftOutputAtTheSource) {
  a.nft(
      "table ip f { chain out { type filter hook output priority 0; ip daddr 10.0.2.2 drop; }; }");
  EXPECT_EQ(fault_of(),
            "a's firewall drops it: rule \"ip daddr 10.0.2.2 drop\" in chain out of table ip f");
}

TEST_F(FirewallFault, NftOutputOfTheAnswer) {
  b.nft(
      "table ip f { chain out { type filter hook output priority 0; ip daddr 10.0.1.2 drop; }; }");
  EXPECT_EQ(fault_of(),
            "b took it in and answered, but b's firewall drops it: rule \"ip daddr 10.0.1.2 drop\" "
            "in chain out of table ip f");
}

TEST_F(FirewallFault, NftForwardOfTheAnswer) {
  r.nft(
      "table ip f { chain passing { type filter hook forward priority 0; ip saddr 10.0.2.2 drop; "
      "}; }");
  EXPECT_EQ(
      fault_of(),
      "r's firewall drops it: rule \"ip saddr 10.0.2.2 drop\" in chain passing of table ip f");
}

TEST_F(FirewallFault, NftNetdevIngress) {
  r.nft(
      "table netdev f { chain in { type filter hook ingress device \"eth0\" priority 0; ip daddr "
      "10.0.2.2 drop; }; }");
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 drop\" in chain in of table netdev f");
}

TEST_F(FirewallFault, NftOfIpv6) {
  r.nft(
      "table inet f { chain passing { type filter hook forward priority 0; icmpv6 type "
      "echo-request "
      "drop; }; }");
  EXPECT_EQ(fault_of6(),
            "r's firewall drops it: rule \"icmpv6 type echo-request drop\" in chain passing of "
            "table inet f");
}

TEST_F(FirewallFault, IptablesForwardPolicy) {
  r.iptables("-P FORWARD DROP");
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: the policy of chain FORWARD of table ip filter is drop");
}

TEST_F(FirewallFault, IptablesInput) {
  b.iptables("-A INPUT -s 10.0.1.2 -j DROP");
  EXPECT_THAT(fault_of(), MatchesRegex("b's firewall drops it: rule \"ip saddr 10.0.1.2 .*drop\" "
                                       "in chain INPUT of table ip filter"));
}

TEST_F(FirewallFault, IptablesReject) {
  r.iptables("-A FORWARD -d 10.0.2.2 -j REJECT --reject-with icmp-admin-prohibited");
  EXPECT_THAT(fault_of(), MatchesRegex("r's firewall (rejects|drops) it: rule \"ip daddr 10.0.2.2 "
                                       ".*\" in chain FORWARD of table ip filter"));
}

TEST_F(FirewallFault, IptablesRawPrerouting) {
  r.iptables("-t raw -A PREROUTING -d 10.0.2.2 -j DROP");
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain PREROUTING of "
            "table ip raw");
}

TEST_F(FirewallFault, IptablesOutputAtTheSource) {
  a.iptables("-A OUTPUT -d 10.0.2.2 -j DROP");
  EXPECT_EQ(fault_of(),
            "a's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain OUTPUT of "
            "table ip filter");
}

TEST_F(FirewallFault, IptablesPostrouting) {
  r.iptables("-t mangle -A POSTROUTING -d 10.0.2.2 -j DROP");
  EXPECT_EQ(
      fault_of(),
      "r's firewall drops it: rule \"ip daddr 10.0.2.2 counter drop\" in chain POSTROUTING of "
      "table ip mangle");
}

TEST_F(FirewallFault, NftReject) {
  b.reject("icmp type echo-request");
  EXPECT_EQ(fault_of(),
            "b's firewall rejects it: rule \"icmp type echo-request counter reject\" in "
            "chain input of table inet vethlab");
}

TEST_F(FirewallFault, LeavesNoTableOfOurs) {
  b.drop("icmp type echo-request");
  ASSERT_THAT(fault_of(), StartsWith("b's firewall drops it"));
  EXPECT_THAT(b.exec({"sh", "-c", "PATH=$PATH:/usr/sbin; nft list tables"}),
              Prints("table inet vethlab\n"));
}

TEST_F(FirewallFault, LegacyDrop) {
  const auto made =
      r.exec({"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin iptables-legacy -A FORWARD -p icmp -j DROP"});
  if (made.exit_code != 0) GTEST_SKIP() << "no iptables-legacy here: " << made.err;
  EXPECT_EQ(fault_of(),
            "r's firewall drops it: rule \"-A FORWARD -p icmp -j DROP\" in table filter of "
            "iptables-legacy");
}

}  // namespace
