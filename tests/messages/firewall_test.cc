// What a firewall's errors say, to the letter.
#include "text_of.h"

#include <vethlab/fixtures/pair.h>

#include <gtest/gtest-spi.h>

#include <functional>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct FirewallMessages : PairTest {};

TEST_F(FirewallMessages, OfNftNameTheLineAndKeepItsWords) {
  const auto said = [](const std::string& expecting) {
    return "nft in a: nothing was applied: line 3: type filter hook input priority 0; policy "
           "bogus;\n"
           "/dev/stdin:3:47-51: Error: syntax error, unexpected string" +
           expecting +
           "\n"
           "    type filter hook input priority 0; policy bogus;\n"
           "                                              ^^^^^";
  };
  EXPECT_THAT(text_of([&] {
                a.nft(
                    "table inet f {\n"
                    "  chain in {\n"
                    "    type filter hook input priority 0; policy bogus;\n"
                    "  }\n"
                    "}\n");
              }),
              AnyOf(said(", expecting accept or drop or '$'"),  // nft 1.0.6; 1.1.6
                    said("\nexpected any of: accept, drop, '$'")));
  EXPECT_EQ(text_of([&] { a.nft("add table inet f\nadd rule inet f nowhere drop"); }),
            "nft in a: nothing was applied: line 2: add rule inet f nowhere drop\n"
            "/dev/stdin:2:17-23: Error: Could not process rule: No such file or directory\n"
            "add rule inet f nowhere drop\n"
            "                ^^^^^^^");
  EXPECT_EQ(text_of([&] { a.nft("include \"/no/such\""); }),
            "nft in a: nothing was applied: line 1: include \"/no/such\"\n"
            "/dev/stdin:1:1-19: Error: File not found: /no/such\n"
            "include \"/no/such\"\n"
            "^^^^^^^^^^^^^^^^^^^");
}

// Another version may take it.
TEST_F(FirewallMessages, OfTwoBracesInOneLineAreNfts) {
  EXPECT_THAT(text_of([&] { a.nft("table inet f { chain c { drop; } }"); }),
              AnyOf("(no exception)",
                    MatchesRegex("nft in a: nothing was applied: line 1: table inet f . chain c . "
                                 "drop; . .\n/dev/stdin:1:34-34: Error: syntax error, unexpected "
                                 "'.'(, expecting newline or semicolon|\nexpected any of: newline, "
                                 "semicolon)\n(.|\n)*")));
  a.nft("table inet f { chain c { drop; }; }");
}

// Not the whole: iptables-nft and iptables-legacy each say it in their own words.
TEST_F(FirewallMessages, OfIptablesNameTheUsersLine) {
  EXPECT_THAT(
      text_of([&] {
        a.iptables("-A INPUT -j ACCEPT\n\n-t nat -A PREROUTING -p tcp --dport 70000 -j DNAT");
      }),
      AllOf(StartsWith("iptables in a: nothing was applied: line 3: -t nat -A PREROUTING "
                       "-p tcp --dport 70000 -j DNAT\niptables-restore v1."),
            HasSubstr(": invalid port/service `70000' specified\n"
                      "Error occurred at line: 3\n")));
  EXPECT_THAT(text_of([&] { a.iptables("*filter\n-A NOWHERE -j DROP\nCOMMIT\n"); }),
              StartsWith("iptables in a: nothing was applied: line 2: -A NOWHERE -j DROP\n"
                         "iptables-restore: line 2 failed"));
  EXPECT_THAT(
      text_of([&] { a.iptables("-A INPUT -j DROP\n-A INPUT -j NOWHERE", Family::kIpv6); }),
      AllOf(StartsWith("ip6tables in a: nothing was applied: line 2: -A INPUT -j NOWHERE\n"),
            HasSubstr("NOWHERE")));
  EXPECT_EQ(text_of([&] { a.iptables("*filter\n-A INPUT -j DROP\n"); }),
            "iptables in a: nothing was applied\niptables-restore: COMMIT expected at line 3");
  EXPECT_EQ(text_of([&] { a.iptables("\n-A INPUT -t"); }), "iptables: line 2: -t names no table");
  EXPECT_EQ(text_of([&] { a.iptables("ip6tables -A INPUT -j DROP"); }),
            "iptables: line 1: ip6tables is the other family's");
}

TEST_F(FirewallMessages, OfIptablesInSavesFormMayNameTheCommitAlone) {
  EXPECT_THAT(text_of([&] { a.iptables("*filter\n-A INPUT -j NOWHERE\nCOMMIT\n"); }),
              AnyOf(StartsWith("iptables in a: nothing was applied: line 2: -A INPUT -j NOWHERE\n"),
                    StartsWith("iptables in a: nothing was applied: line 3: COMMIT\n")));
}

TEST_F(FirewallMessages, OfAChainThatIsNftsAreIptables) {
  if (a.exec({"iptables", "--version"}).out.find("nf_tables") == std::string::npos)
    GTEST_SKIP() << "iptables is not nft's here";
  a.nft("table ip raw { chain OUTPUT { type nat hook output priority -100; }; }");
  EXPECT_EQ(text_of([&] { a.iptables("-t raw -A OUTPUT -j ACCEPT"); }),
            "iptables in a: nothing was applied\n"
            "# Table `raw' contains incompatible base-chains, use 'nft' tool to list them.");
}

TEST_F(FirewallMessages, OfAOneLinerAreTheRuleAndNftsWords) {
  EXPECT_EQ(text_of([&] { a.drop("tcp dport htpp"); }),
            "drop in a: nothing was applied: line 3: add rule inet vethlab input tcp dport htpp "
            "counter drop\n"
            "/dev/stdin:3:39-42: Error: Could not resolve service: Servname not supported for "
            "ai_socktype\n"
            "add rule inet vethlab input tcp dport htpp counter drop\n"
            "                                      ^^^^");
}

// nft's `flags owner`: a table that nobody else may change, for as long as that nft runs.
void own_table(Node& node, const std::string& table) {
  node.shell("PATH=$PATH:/usr/sbin\n(echo 'add table " + table +
             " { flags owner; }'; sleep 1000) | nft -i >/dev/null 2>&1 &");
  EXPECT_EVENTUALLY(node.exec({"sh", "-c", "PATH=$PATH:/usr/sbin; nft list tables"}),
                    Prints(HasSubstr(table)));
}

// What the trial, which is in a namespace of its own, cannot know.
TEST_F(FirewallMessages, OfRulesThatOnlyTheNodeRefusesSayThatNotAllWasApplied) {
  if (a.exec({"iptables", "--version"}).out.find("nf_tables") == std::string::npos)
    GTEST_SKIP() << "iptables is not nft's here";
  own_table(a, "ip nat");
  EXPECT_THAT(text_of([&] {
                a.iptables("-A INPUT -s 192.0.2.1 -j DROP\n-t nat -A POSTROUTING -j MASQUERADE");
              }),
              AllOf(StartsWith("iptables in a: not all was applied: line 2: -t nat -A POSTROUTING "
                               "-j MASQUERADE\n"),
                    HasSubstr("Operation not permitted")));
  EXPECT_THAT(a.firewall_rules(), ElementsAre(RuleText("-A INPUT -s 192.0.2.1/32 -j DROP")));
}

TEST_F(FirewallMessages, OfAOneLinerWhoseTableIsAnothersAreNftsWords) {
  own_table(a, "inet vethlab");
  EXPECT_THAT(text_of([&] { a.masquerade("eth0"); }),
              AllOf(StartsWith("masquerade in a: nothing was applied: line 1: add table inet "
                               "vethlab\n"),
                    HasSubstr("Could not process rule: Operation not permitted")));
}

TEST_F(FirewallMessages, OfBadInputNameTheArgument) {
  const auto masquerade = [&](const char* dev) { return text_of([&] { a.masquerade(dev); }); };
  EXPECT_EQ(masquerade(""), "masquerade: interface name \"\" is empty");
  EXPECT_EQ(masquerade("a b"), "masquerade: interface name \"a b\" contains white space");
  EXPECT_EQ(masquerade("a\"b"),
            "masquerade: interface name \"a\"b\" has '\"', '*' or '\\': no rule can name it");
  const auto publish = [&](int port, const char* to) {
    return text_of([&] { a.publish(port, to); });
  };
  EXPECT_EQ(publish(0, "10.0.0.2:80"), "publish: port 0 is not 1 to 65535");
  EXPECT_EQ(publish(70000, "10.0.0.2:80"), "publish: port 70000 is not 1 to 65535");
  EXPECT_EQ(publish(80, "10.0.0.2:70000"), "publish: the target's port 70000 is not 1 to 65535");
  EXPECT_EQ(publish(80, "10.0.0.2"),
            "publish: \"10.0.0.2\" has no port: \"172.18.0.10:5000\", say");
  EXPECT_EQ(
      publish(80, "fd00::2:80"),
      "publish: \"fd00::2:80\" has an IPv6 address without brackets: \"[fd00::10]:5000\", say");
  EXPECT_EQ(publish(80, "[10.0.0.2]:80"),
            "publish: \"[10.0.0.2]:80\" has brackets around an IPv4 address");
  EXPECT_EQ(publish(80, "10.0.0.256:80"), "\"10.0.0.256\" is not an IPv4 or IPv6 address");
  EXPECT_EQ(text_of([&] { a.drop(""); }), "drop: the match is empty: \"tcp dport 80\", say");
  EXPECT_EQ(text_of([&] { a.reject("tcp dport 80; drop"); }),
            "reject: the match has a line break, ';', '#' or a zero byte: it is one rule's");
}

// The table is marked as those of `ip` are.
TEST_F(FirewallMessages, OfAListMarkWhatCameNearest) {
  b.drop("tcp dport 80");
  b.drop("tcp dport 81");
  const auto rules = b.firewall_rules();
  EXPECT_NONFATAL_FAILURE(
      EXPECT_THAT(rules, Contains(AllOf(RuleText("tcp dport 80 counter drop"), Packets(1u)))),
      "  > add rule inet vethlab input tcp dport 80 counter packets 0 bytes 0 drop    nearest: has "
      "packets 0\n"
      "    add rule inet vethlab input tcp dport 81 counter packets 0 bytes 0 drop");
}

}  // namespace
