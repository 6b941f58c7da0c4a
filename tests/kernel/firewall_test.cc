// Rule sets in a node: applied whole or not at all, and what they do to packets.
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include "inet_socket.h"

#include <cerrno>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr ProbeOptions kBrief{.timeout = 50ms};

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

TEST_F(FirewallTest, MasqueradesAsTheInterfacesAddress) {
  hide_a();
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  EXPECT_UNREACHABLE(a, "fd00:2::2", GetsNoAnswer(), kBrief);
  r.masquerade("eth1");
  EXPECT_REACHABLE(a, "10.0.2.2");
  EXPECT_REACHABLE(a, "fd00:2::2");
  InetSocket server(b, SOCK_DGRAM);
  server.bind("10.0.2.2", 7);
  InetSocket client(a, SOCK_DGRAM);
  EXPECT_EQ(client.connect("10.0.2.2", 7), 0);
  client.send("x");
  EXPECT_EQ(server.sender(), IpAddress("10.0.2.1"));
}

TEST_F(FirewallTest, PublishesATcpPort) {
  InetSocket server(a, SOCK_STREAM);
  server.listen("10.0.1.2", 5000);
  const auto connects = [&](const Node& from, const IpAddress& to) {
    return InetSocket(from, SOCK_STREAM, to.family()).connect(to, 80);
  };
  EXPECT_EQ(connects(b, "10.0.2.1"), ECONNREFUSED);
  EXPECT_EQ(connects(r, "10.0.2.1"), ECONNREFUSED);
  r.publish(80, "10.0.1.2:5000");
  EXPECT_EQ(connects(b, "10.0.2.1"), 0);
  EXPECT_EQ(server.accepted(), IpAddress("10.0.2.2"));  // the client's real address
  EXPECT_EQ(connects(r, "10.0.2.1"), 0);                // the node itself
  EXPECT_EQ(server.accepted(), IpAddress("10.0.2.1"));
  EXPECT_EQ(connects(r, "127.0.0.1"), ECONNREFUSED);  // not its loopback
  EXPECT_EQ(connects(a, "10.0.2.2"), ECONNREFUSED);   // what is not the node's passes
}

TEST_F(FirewallTest, PublishesInIpv6) {
  InetSocket server(a, SOCK_STREAM, Family::kIpv6);
  server.listen("fd00:1::2", 5000);
  r.publish(80, "[fd00:1::2]:5000");
  for (const Node* const from : {&b, &r})
    EXPECT_EQ(InetSocket(*from, SOCK_STREAM, Family::kIpv6).connect("fd00:2::1", 80), 0);
  EXPECT_EQ(server.accepted(), IpAddress("fd00:2::2"));
  EXPECT_EQ(InetSocket(r, SOCK_STREAM, Family::kIpv6).connect("::1", 80), ECONNREFUSED);
}

TEST_F(FirewallTest, PublishesAUdpPort) {
  InetSocket server(a, SOCK_DGRAM);
  server.bind("10.0.1.2", 5000);
  r.publish(80, "10.0.1.2:5000");
  InetSocket client(b, SOCK_DGRAM);
  EXPECT_EQ(client.connect("10.0.2.1", 80), 0);
  client.send("x");
  EXPECT_EQ(server.sender(), IpAddress("10.0.2.2"));
  server.answer("y");
  EXPECT_EQ(client.sender(), IpAddress("10.0.2.1"));  // as if the router had answered
}

TEST_F(FirewallTest, DropsInSilence) {
  b.drop("icmp type echo-request");
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  EXPECT_REACHABLE(a, "fd00:2::2");
  EXPECT_REACHABLE(b, "10.0.1.2");
}

TEST_F(FirewallTest, DropsWhatARouterForwards) {
  r.drop("icmp type echo-request", {.hook = FilterHook::kForward});
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  EXPECT_REACHABLE(a, "10.0.2.1");  // the router's own
}

TEST_F(FirewallTest, DropsWhatANodeSendsAndSaysSoToTheSender) {
  a.drop("icmp type echo-request", {.hook = FilterHook::kOutput});
  EXPECT_UNREACHABLE(a, "10.0.2.2", FailsWith(EPERM));
}

TEST_F(FirewallTest, RejectsWithAReason) {
  constexpr auto kMatch = "meta l4proto { icmp, ipv6-icmp } iifname \"eth0\"";
  for (const auto& [with, error] :
       {std::pair(RejectWith::kPortUnreachable, IcmpError::kPortUnreachable),
        std::pair(RejectWith::kHostUnreachable, IcmpError::kHostUnreachable),
        std::pair(RejectWith::kNoRoute, IcmpError::kNoRoute),
        std::pair(RejectWith::kAdminProhibited, IcmpError::kAdminProhibited)}) {
    r.reject(kMatch, {.hook = FilterHook::kForward, .with = with});
    EXPECT_UNREACHABLE(a, "10.0.2.2", GetsIcmp(error, "10.0.1.1"));
    EXPECT_UNREACHABLE(a, "fd00:2::2", GetsIcmp(error, "fd00:1::1"));
    r.nft("flush table inet vethlab");
  }
  EXPECT_REACHABLE(a, b);
}

TEST_F(FirewallTest, RejectsAConnectionWithAReset) {
  InetSocket server(b, SOCK_STREAM);
  server.listen("10.0.2.2", 80);
  EXPECT_EQ(InetSocket(a, SOCK_STREAM).connect("10.0.2.2", 80), 0);
  b.reject("tcp dport 80", {.with = RejectWith::kTcpReset});
  EXPECT_EQ(InetSocket(a, SOCK_STREAM).connect("10.0.2.2", 80), ECONNREFUSED);
}

TEST_F(FirewallTest, AddsARuleToThoseBefore) {
  b.drop("tcp dport 80");
  b.drop("tcp dport 81");
  b.masquerade("eth0");
  b.masquerade("not-yet-there");
  EXPECT_THAT(texts(b),
              UnorderedElementsAre("tcp dport 80 counter drop", "tcp dport 81 counter drop",
                                   "oifname \"eth0\" counter masquerade",
                                   "oifname \"not-yet-there\" counter masquerade"));
}

TEST_F(FirewallTest, RefusesBadInputAndLeavesNothing) {
  const Snapshot before = r.snapshot();
  for (const char* const dev : {"", "a b", "a\"b", "eth*", "a\\b", "sixteencharacter"})
    EXPECT_THROW(r.masquerade(dev), std::invalid_argument) << dev;
  for (const int port : {-1, 0, 65536, 70000})
    EXPECT_THROW(r.publish(port, "10.0.1.2:5000"), std::invalid_argument) << port;
  for (const char* const to :
       {"", "10.0.1.2", "10.0.1.2:", "10.0.1.2:0", "10.0.1.2:70000", "10.0.1.2:5x", ":5000",
        "10.0.1:5000", "fd00::1:5000", "[fd00::1]", "[10.0.1.2]:5000", "10.0.1.2:+5", "[]:1"})
    EXPECT_THROW(r.publish(80, to), std::invalid_argument) << to;
  for (const char* const match : {"", " ", "tcp dport 80 drop; udp dport 80", "tcp\ndport 80", "#"})
    EXPECT_THROW(r.drop(match), std::invalid_argument) << match;
  EXPECT_THROW(r.reject(""), std::invalid_argument);
  EXPECT_THROW(r.iptables("-A INPUT -j DROP -t"), std::invalid_argument);
  EXPECT_THROW(r.drop("no such match"), std::runtime_error);
  EXPECT_THAT(r.snapshot(), IsUnchangedSince(before));
}

}  // namespace
