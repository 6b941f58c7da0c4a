// Two hosts with one address: in IPv4 whoever spoke last has it, in IPv6 the second is refused.
//
//   asker   first   second        first and second both have 10.0.0.9 (fd00::9)
//     └───────┴───────┘ sw
//
// Believed: the second one gets an error. Linux does not look: `ip address add` asks nobody in IPv4 (RFC
// 5227 wants it; arping -D does it), and an ARP request makes everybody who has heard of its sender believe
// it (RFC 826). So the address wanders to whoever asked last, and ping goes on being answered. IPv6 looks
// first (RFC 4862, 5.4), and the address that somebody has stays unusable: dadfailed.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct OneLink {
  Lab lab;
  Node& sw = lab.add_switch("sw");
  Node& asker = lab.add_node("asker");
  Node& first = lab.add_node("first");
  Node& second = lab.add_node("second");

  OneLink() {
    lab.connect({asker, "eth0", {"10.0.0.1/24", "fd00::1/64"}}, sw);
    lab.connect({first, "eth0", {"10.0.0.9/24", "fd00::9/64"}}, sw);
    lab.connect({second, "eth0", {"10.0.0.7/24", "fd00::7/64"}}, sw);
  }
};

class DuplicateAddress : public Test, protected OneLink {
 protected:
  void SetUp() override { second.set_sysctl("net.ipv6.conf.eth0.accept_dad", "1"); }

  // What a duplicate of IPv4 comes to is asked of who has nothing else.
  void second_takes_the_same() {
    second.delete_address("eth0", "10.0.0.7/24");
    second.add_address("eth0", "10.0.0.9/24");
  }

  [[nodiscard]] std::string mac_that_asker_believes() const {
    for (const Neighbour& neighbour : asker.neighbours())
      if (neighbour.to == IpAddress("10.0.0.9")) return neighbour.lladdr;
    return "none";
  }
};

TEST_F(DuplicateAddress, OfIpv4IsNoErrorAndPingIsAnswered) {
  second_takes_the_same();
  EXPECT_THAT(second.addresses(), Contains(AllOf(Inet("10.0.0.9/24"), Dev("eth0"))));
  const ProbeReport report = asker.ping("10.0.0.9", {.count = 3});
  EXPECT_THAT(report, Replies());
  EXPECT_EQ(report.duplicates, 0);
}

TEST_F(DuplicateAddress, OfIpv4BelongsToWhoeverAskedLast) {
  second_takes_the_same();
  EXPECT_REACHABLE(first, "10.0.0.1");
  EXPECT_EQ(mac_that_asker_believes(), first.link("eth0").mac);
  EXPECT_REACHABLE(second, "10.0.0.1");
  EXPECT_EQ(mac_that_asker_believes(), second.link("eth0").mac);
}

TEST_F(DuplicateAddress, OfIpv4IsFoundByAskingWhoAnswers) {
  second_takes_the_same();
  EXPECT_REACHABLE(first, "10.0.0.1");
  EXPECT_REACHABLE(asker, first);
  EXPECT_REACHABLE(second, "10.0.0.1");
  EXPECT_THAT(asker.ping(first).answered_by, Optional(StrEq("second")));
}

TEST_F(DuplicateAddress, OfIpv6FailsItsDetectionAndIsNotUsed) {
  second.add_address("eth0", "fd00::9/64");
  const auto failed = [&] {
    return Matches(Contains(
        AllOf(Inet("fd00::9/64"), Field("dadfailed", &InterfaceAddress::dadfailed, true))))(
        second.addresses());
  };
  EXPECT_TRUE(second.wait_until(failed)) << PrintToString(second.addresses());
  EXPECT_REACHABLE(asker, first);
  EXPECT_THAT(asker.ping("fd00::9"), Replies()) << "the first one keeps it";
  EXPECT_THAT(second.route_to("fd00::1"), Src("fd00::7"));
}

// The plain counterpart: with detection off, as is usual in containers, IPv6 is no better.
TEST_F(DuplicateAddress, OfIpv6IsNotNoticedWhereDetectionIsOff) {
  second.set_sysctl("net.ipv6.conf.eth0.accept_dad", "0");
  second.add_address("eth0", "fd00::9/64");
  EXPECT_THAT(
      second.addresses(),
      Contains(AllOf(Inet("fd00::9/64"), Field("dadfailed", &InterfaceAddress::dadfailed, false),
                     Field("tentative", &InterfaceAddress::tentative, false))));
}

}  // namespace
