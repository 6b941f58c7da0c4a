// What a firewall's errors, values and matchers say, to the letter.
#include "text_of.h"
#include "verdict.h"

#include <vethlab/fixtures/pair.h>

#include <netinet/in.h>
#include <gtest/gtest-spi.h>

#include <functional>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct FirewallMessages : PairTest {};

TEST_F(FirewallMessages, OfNftNameTheLineAndKeepItsWords) {
  EXPECT_EQ(text_of([&] {
              a.nft(
                  "table inet f {\n"
                  "  chain in {\n"
                  "    type filter hook input priority 0; policy bogus;\n"
                  "  }\n"
                  "}\n");
            }),
            "nft in a: nothing was applied: line 3: type filter hook input priority 0; policy "
            "bogus;\n"
            "/dev/stdin:3:47-51: Error: syntax error, unexpected string, expecting accept or drop "
            "or '$'\n"
            "    type filter hook input priority 0; policy bogus;\n"
            "                                              ^^^^^");
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
                    StartsWith("nft in a: nothing was applied: line 1: table inet f { chain c { "
                               "drop; } }\n/dev/stdin:1:34-34: Error: syntax error, unexpected "
                               "'}', expecting newline or semicolon\n")));
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

TEST(FirewallValues, PrintAsTheToolDoes) {
  const FirewallRule nft{.family = "inet",
                         .table = "f",
                         .chain = "in",
                         .text = "tcp dport 80 counter accept comment \"counter \"",
                         .packets = 1,
                         .bytes = 60,
                         .handle = 7};
  EXPECT_EQ(
      PrintToString(nft),
      "add rule inet f in tcp dport 80 counter packets 1 bytes 60 accept comment \"counter \"");
  const FirewallRule without{.family = "ip", .table = "f", .chain = "in", .text = "drop"};
  EXPECT_EQ(PrintToString(without), "add rule ip f in drop");
  const FirewallRule iptables{.family = "ip",
                              .table = "filter",
                              .chain = "INPUT",
                              .text = "-A INPUT -j DROP",
                              .packets = 2,
                              .bytes = 168};
  EXPECT_EQ(PrintToString(iptables), "[2:168] -A INPUT -j DROP");
  EXPECT_EQ(PrintToString(std::vector{without, iptables}),
            "\nadd rule ip f in drop\n[2:168] -A INPUT -j DROP");
  EXPECT_EQ(PrintToString(std::vector<FirewallRule>{}), "(none)");
  const FirewallChain base{.family = "inet",
                           .table = "f",
                           .chain = "in",
                           .type = "filter",
                           .hook = "input",
                           .priority = -5,
                           .policy = "drop"};
  EXPECT_EQ(PrintToString(base),
            "add chain inet f in { type filter hook input priority -5; policy drop; }");
  EXPECT_EQ(PrintToString(FirewallChain{.family = "inet", .table = "f", .chain = "other"}),
            "add chain inet f other");
  EXPECT_EQ(PrintToString(FirewallChain{.family = "ip",
                                        .table = "filter",
                                        .chain = "INPUT",
                                        .policy = "drop",
                                        .packets = 1,
                                        .bytes = 60}),
            ":INPUT DROP [1:60]");
  EXPECT_EQ(PrintToString(FirewallChain{.chain = "SEEN", .packets = 0, .bytes = 0}),
            ":SEEN - [0:0]");
}

Connection a_connection() {
  return {.protocol = IPPROTO_TCP,
          .timeout = 431999s,
          .state = "ESTABLISHED",
          .original = {.src = "10.0.0.1", .dst = "10.0.0.9", .src_port = 40000, .dst_port = 80},
          .reply = {.src = "10.0.0.2", .dst = "10.0.0.1", .src_port = 5000, .dst_port = 40000},
          .status = {"SEEN_REPLY", "ASSURED", "DST_NAT"},
          .mark = 7};
}

TEST(FirewallValues, OfConnectionsPrintAsConntrackDoes) {
  Connection connection = a_connection();
  EXPECT_EQ(PrintToString(connection),
            "tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.9 sport=40000 dport=80 "
            "src=10.0.0.2 dst=10.0.0.1 sport=5000 dport=40000 [ASSURED] mark=7");
  connection = {
      .protocol = IPPROTO_ICMP,
      .timeout = 29s,
      .original =
          {.src = "10.0.0.1", .dst = "10.0.0.2", .icmp_type = 8, .icmp_code = 0, .icmp_id = 5},
      .reply = {
          .src = "10.0.0.2", .dst = "10.0.0.1", .icmp_type = 0, .icmp_code = 0, .icmp_id = 5}};
  EXPECT_EQ(PrintToString(connection),
            "icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=5 [UNREPLIED] "
            "src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=5 mark=0");
}

TEST(FirewallMatchers, SayWhatTheFieldHolds) {
  const FirewallRule rule{.family = "inet",
                          .table = "f",
                          .chain = "in",
                          .text = "counter drop",
                          .packets = 1,
                          .bytes = 60,
                          .handle = 7};
  EXPECT_EQ(verdict(rule, AllOf(OfFamily("inet"), Table("f"), Chain("in"), RuleText("counter drop"),
                                Packets(1u), Bytes(Ge(60u)), Handle(7u))),
            "passes");
  EXPECT_EQ(verdict(rule, Table("nat")), "has table nat; which has table f");
  EXPECT_EQ(verdict(rule, Chain("out")), "has chain out; which has chain in");
  EXPECT_EQ(verdict(rule, RuleText("drop")),
            "has rule text drop; which has rule text \"counter drop\"");
  EXPECT_EQ(verdict(rule, Packets(2u)), "has packets 2; which has packets 1");
  EXPECT_EQ(verdict(rule, Bytes(Gt(60u))), "has bytes that is > 60; which has bytes 60");
  EXPECT_EQ(verdict(rule, Handle(8u)), "has handle 8; which has handle 7");
  EXPECT_EQ(verdict(FirewallRule{}, Packets(0u)), "has packets 0; which has no packets");
  const FirewallChain chain{.hook = "input", .policy = "drop"};
  EXPECT_EQ(verdict(chain, AllOf(Hook("input"), Policy("drop"))), "passes");
  EXPECT_EQ(verdict(chain, Hook("output")), "has hook output; which has hook input");
  EXPECT_EQ(verdict(chain, Policy("accept")), "has policy accept; which has policy drop");
}

TEST(FirewallMatchers, OfConnectionsSayWhatTheFieldHolds) {
  const Connection c = a_connection();
  EXPECT_EQ(
      verdict(c,
              AllOf(Protocol(IPPROTO_TCP), State("ESTABLISHED"), Timeout(Gt(1h)),
                    Original(AllOf(Src("10.0.0.1"), Dst("10.0.0.9"), SrcPort(40000), DstPort(80))),
                    Reply(Src("10.0.0.2")), Status(Contains("ASSURED")), Mark(7u))),
      "passes");
  EXPECT_EQ(verdict(c, State("TIME_WAIT")), "has state TIME_WAIT; which has state ESTABLISHED");
  EXPECT_EQ(verdict(c, Mark(8u)), "has mark 0x8; which has mark 0x7");
  EXPECT_EQ(verdict(c, Timeout(1s)), "has timeout 1 s; which has timeout 431999 s");
  EXPECT_EQ(verdict(c, Reply(Src("10.0.0.9"))),
            "has reply that has src 10.0.0.9; which has reply src=10.0.0.2 dst=10.0.0.1 sport=5000 "
            "dport=40000, which has src 10.0.0.2");
  EXPECT_EQ(verdict(c, Original(IcmpId(5))),
            "has original that has icmp id 5; which has original src=10.0.0.1 dst=10.0.0.9 "
            "sport=40000 dport=80, which has no icmp id");
  EXPECT_EQ(verdict(c, Status(Contains("SRC_NAT"))),
            "has status that contains at least one element that is equal to \"SRC_NAT\"; which has "
            "status SEEN_REPLY, ASSURED, DST_NAT");
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
