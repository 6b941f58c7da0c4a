// What a firewall's values and their matchers say, to the letter.
#include "verdict.h"

#include <vethlab/vethlab.h>

#include <netinet/in.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

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

}  // namespace
