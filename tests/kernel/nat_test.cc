// Firewall and NAT in a word: what becomes of the packets.
#include <vethlab/fixtures/line.h>

#include <cerrno>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

const ProbeOptions kBrief{.timeout = 50ms};

class NatTest : public LineTest {
 protected:
  // b knows no way back to a's network.
  void hide_a() {
    b.delete_route({.to = "default"});
    b.delete_route({.to = "::/0"});
  }
};

TEST_F(NatTest, MasqueradesAsTheInterfacesAddress) {
  hide_a();
  Server& echo = b.serve_echo(7);
  for (const char* const to : {"10.0.2.2", "fd00:2::2"})
    EXPECT_UNREACHABLE(a, to, GetsNoAnswer(), kBrief);
  r.masquerade("eth1");
  for (const char* const to : {"10.0.2.2", "fd00:2::2"}) {
    EXPECT_REACHABLE(a, to);
    EXPECT_REACHABLE(a, tcp_to(to, 7));
    EXPECT_REACHABLE(a, udp_to(to, 7));
  }
  EXPECT_THAT(echo.clients(),
              ElementsAre(Src("10.0.2.1"), Src("10.0.2.1"), Src("fd00:2::1"), Src("fd00:2::1")));
}

TEST_F(NatTest, MasqueradesWhatLeavesByThatInterfaceAlone) {
  Server& echo = a.serve_echo(7);
  r.masquerade("eth1");
  EXPECT_REACHABLE(b, tcp_to(a, 7));
  EXPECT_THAT(echo.clients(), ElementsAre(Src("10.0.2.2")));
}

TEST_F(NatTest, PublishesAPort) {
  Server& web = a.serve_echo(5000);
  EXPECT_UNREACHABLE(b, tcp_to("10.0.2.1", 80), FailsWith(ECONNREFUSED));
  r.publish(80, "10.0.1.2:5000");
  EXPECT_REACHABLE(b, tcp_to("10.0.2.1", 80));
  EXPECT_REACHABLE(b, udp_to("10.0.2.1", 80));
  EXPECT_THAT(web.clients(), ElementsAre(Src("10.0.2.2"), Src("10.0.2.2")));  // the real address
}

TEST_F(NatTest, PublishesAnIpv6Port) {
  Server& web = a.serve_echo(5000);
  r.publish(80, "[fd00:1::2]:5000");
  EXPECT_REACHABLE(b, tcp_to("fd00:2::1", 80));
  EXPECT_REACHABLE(b, udp_to("fd00:2::1", 80));
  EXPECT_REACHABLE(r, tcp_to("fd00:2::1", 80));
  EXPECT_THAT(web.clients(), SizeIs(3));
  EXPECT_UNREACHABLE(b, tcp_to("10.0.2.1", 80), FailsWith(ECONNREFUSED));
}

TEST_F(NatTest, PublishesToTheNodeItselfButNotItsLoopback) {
  Server& web = a.serve_echo(5000);
  EXPECT_UNREACHABLE(r, tcp_to("10.0.2.1", 80), FailsWith(ECONNREFUSED));
  r.publish(80, "10.0.1.2:5000");
  EXPECT_REACHABLE(r, tcp_to("10.0.2.1", 80));
  EXPECT_REACHABLE(r, udp_to("10.0.1.1", 80));
  EXPECT_THAT(web.clients(), SizeIs(2));
  EXPECT_UNREACHABLE(r, tcp_to("127.0.0.1", 80), FailsWith(ECONNREFUSED));
}

TEST_F(NatTest, PublishesNothingOfWhatPasses) {
  r.publish(80, "10.0.1.2:5000");
  Server& web = b.serve_echo(80);
  EXPECT_REACHABLE(a, tcp_to("10.0.2.2", 80));
  EXPECT_THAT(web.clients(), SizeIs(1));
}

TEST_F(NatTest, DropsInSilence) {
  b.drop("icmp type echo-request");
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  EXPECT_REACHABLE(a, "fd00:2::2");
  EXPECT_REACHABLE(b, "10.0.1.2");
}

TEST_F(NatTest, DropsWhatARouterForwards) {
  r.drop("icmp type echo-request", {.hook = FilterHook::kForward});
  EXPECT_UNREACHABLE(a, "10.0.2.2", GetsNoAnswer(), kBrief);
  EXPECT_REACHABLE(a, "10.0.2.1");  // the router's own
}

TEST_F(NatTest, DropsWhatANodeSendsAndSaysSoToTheSender) {
  a.drop("icmp type echo-request", {.hook = FilterHook::kOutput});
  EXPECT_UNREACHABLE(a, "10.0.2.2", FailsWith(EPERM));
}

TEST_F(NatTest, RejectsWithAReason) {
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

TEST_F(NatTest, RejectsAConnectionWithAReset) {
  b.serve_echo(80);
  EXPECT_REACHABLE(a, tcp_to(b, 80));
  b.reject("tcp dport 80", {.with = RejectWith::kTcpReset});
  EXPECT_UNREACHABLE(a, tcp_to("10.0.2.2", 80), FailsWith(ECONNREFUSED));
  EXPECT_UNREACHABLE(a, tcp_to("fd00:2::2", 80), FailsWith(ECONNREFUSED));
}

TEST_F(NatTest, AddsARuleToThoseBefore) {
  b.drop("tcp dport 80");
  b.drop("tcp dport 81");
  b.masquerade("eth0");
  b.masquerade("not-yet-there");
  EXPECT_THAT(b.firewall_rules(),
              UnorderedElementsAre(RuleText("tcp dport 80 counter drop"),
                                   RuleText("tcp dport 81 counter drop"),
                                   RuleText("oifname \"eth0\" counter masquerade"),
                                   RuleText("oifname \"not-yet-there\" counter masquerade")));
}

TEST_F(NatTest, RefusesBadInputAndLeavesNothing) {
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
  EXPECT_THROW(r.drop("no such match"), std::runtime_error);
  EXPECT_THAT(r.snapshot(), IsUnchangedSince(before));
}

}  // namespace
