// Rule sets in a node: applied whole or not at all, and what they do to packets.
#include <vethlab/fixtures/line.h>

#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

const ProbeOptions kBrief{.timeout = 50ms};

struct FirewallTest : LineTest {
  [[nodiscard]] std::vector<std::string> texts(const Node& node) const {
    std::vector<std::string> result;
    for (const FirewallRule& rule : node.firewall_rules()) result.push_back(rule.text);
    return result;
  }
  // b knows no way back to a's network.
  void hide_a() {
    b.delete_route({.to = "default"});
    b.delete_route({.to = "::/0"});
  }
};

TEST_F(FirewallTest, AppliesNftsLanguage) {
  b.nft(R"(
    table inet f {
      chain in {
        type filter hook input priority 0;
        icmp type echo-request drop
      }
    })");
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  EXPECT_REACHABLE(a, "fd00:2::2");
  b.nft("flush chain inet f in");
  EXPECT_REACHABLE(a, "10.0.2.2");
}

TEST_F(FirewallTest, AppliesNothingOfARuleSetThatNftRefuses) {
  b.nft("table inet f { chain in { type filter hook input priority 0; }; }");
  const Snapshot before = b.snapshot();
  for (const char* const rules :
       {"add rule inet f in drop\nadd rule inet f in tcp dport 70000 drop",  // nft refuses
        "add rule inet f in drop\nadd rule inet f nowhere drop"})            // the kernel refuses
    EXPECT_THROW(b.nft(rules), std::runtime_error) << rules;
  EXPECT_THAT(b.snapshot(), IsUnchangedSince(before));
  EXPECT_REACHABLE(a, b);
}

TEST_F(FirewallTest, AppliesIptablesCommandsALine) {
  hide_a();
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  r.iptables(R"(
    # as on a command line
    -t nat -A POSTROUTING -s 10.0.1.0/24 ! -o eth0 -j MASQUERADE
    iptables -N SEEN
    -A FORWARD -p icmp -m comment --comment "two words, -t none" -j SEEN)");
  EXPECT_REACHABLE(a, "10.0.2.2");
  EXPECT_THAT(texts(r),
              UnorderedElementsAre(
                  "-A POSTROUTING -s 10.0.1.0/24 ! -o eth0 -j MASQUERADE",
                  "-A FORWARD -p icmp -m comment --comment \"two words, -t none\" -j SEEN"));
}

TEST_F(FirewallTest, AppliesWhatIptablesSavePrints) {
  hide_a();
  r.iptables("-P FORWARD DROP\n-t nat -A POSTROUTING -j MASQUERADE");
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  r.iptables(R"(
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -j ACCEPT
COMMIT
)");
  EXPECT_REACHABLE(a, "10.0.2.2");  // the table was replaced; nat is as it was
  EXPECT_THAT(texts(r),
              UnorderedElementsAre("-A INPUT -p tcp -j ACCEPT", "-A POSTROUTING -j MASQUERADE"));
}

TEST_F(FirewallTest, AppliesIp6tables) {
  b.iptables("-A INPUT -p icmpv6 --icmpv6-type echo-request -j DROP", Family::kIpv6);
  EXPECT_UNREACHABLE(a, "fd00:2::2", GetsNoAnswer(), kBrief);
  EXPECT_REACHABLE(a, "10.0.2.2");
}

TEST_F(FirewallTest, AppliesNothingOfWhatIptablesRefuses) {
  b.iptables("-A INPUT -s 192.0.2.1 -j DROP\n-t nat -A POSTROUTING -o eth7 -j MASQUERADE");
  const Snapshot before = b.snapshot();
  for (const char* const rules :
       {"-P INPUT DROP\n-A INPUT -p tcp --dport 70000 -j DROP",  // iptables refuses
        "-P INPUT DROP\n-A NOWHERE -j DROP",                     // the kernel refuses
        "-P INPUT DROP\n-t nat -A OUTPUT -j MASQUERADE",         // in another table
        "-P INPUT DROP\n-t mangle -A OUTPUT -j MASQUERADE",      // in one that is new
        "*filter\n-P INPUT DROP\nCOMMIT\n*raw\n-A NOWHERE -j DROP\nCOMMIT\n",
        "*filter\n-P INPUT DROP\nCOMMIT\n*nat\n-A POSTROUTING -j MASQUERADE\n"})
    EXPECT_THROW(b.iptables(rules), std::runtime_error) << rules;
  EXPECT_THAT(b.snapshot(), IsUnchangedSince(before));
  EXPECT_REACHABLE(a, b);
}

TEST_F(FirewallTest, AppliesNothingOfIptablesToATableWithChainsThatAreNfts) {
  b.iptables("-A INPUT -s 192.0.2.1 -j DROP");
  b.nft("table ip raw { chain OUTPUT { type nat hook output priority -100; }; }");
  const Snapshot before = b.snapshot();
  EXPECT_THROW(b.iptables("-P INPUT DROP\n-t nat -A POSTROUTING -j MASQUERADE\n"
                          "-t raw -A OUTPUT -p tcp -j DROP"),
               std::runtime_error);
  EXPECT_THAT(b.snapshot(), IsUnchangedSince(before));
  EXPECT_REACHABLE(a, b);
}

TEST_F(FirewallTest, RefusesBadInputAndLeavesNothing) {
  const Snapshot before = r.snapshot();
  EXPECT_THROW(r.iptables("-A INPUT -j DROP -t"), std::invalid_argument);
  EXPECT_THROW(r.iptables("ip6tables -A INPUT -j DROP"), std::invalid_argument);
  EXPECT_THAT(r.snapshot(), IsUnchangedSince(before));
}

TEST_F(FirewallTest, TakesNoTextForNothing) {
  const Snapshot before = r.snapshot();
  r.nft("");
  r.nft("# nothing\n");
  r.iptables("");
  r.iptables("# nothing\n");
  EXPECT_THAT(r.snapshot(), IsUnchangedSince(before));
}

}  // namespace
