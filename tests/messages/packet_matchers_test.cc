// What the matchers of captured packets say, to the letter.
#include "failure_of.h"
#include "verdict.h"

#include <vethlab/vethlab.h>

#include <netinet/in.h>

#include <cstdlib>
#include <ctime>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// Two packets as they might have come, at noon.
std::vector<Packet> two_packets() {
  Packet request{.time = 12h + 345us, .dev = "eth0", .direction = Direction::kOut};
  request.summary = "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64";
  request.src = "10.0.0.1";
  request.dst = "10.0.0.2";
  request.ttl = 64;
  request.protocol = IPPROTO_ICMP;
  request.icmp_type = 8;
  Packet syn{.time = 12h + 1s, .dev = "ceth0", .direction = Direction::kIn};
  syn.summary = "IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack 2, win 512, length 0";
  syn.src = "10.0.0.2";
  syn.dst_port = 4000;
  syn.protocol = IPPROTO_TCP;
  syn.flags = "SA";
  syn.payload = {'s', 'e', 'c', 'r', 'e', 't'};
  return {request, syn};
}

class PacketMatchers : public Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

TEST_F(PacketMatchers, FailWithAListAsTcpdumpPrintsIt) {
  EXPECT_EQ(PrintToString(two_packets()),
            "\n12:00:00.000345 eth0  Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, "
            "length 64"
            "\n12:00:01.000000 ceth0 In  IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack 2, "
            "win 512, length 0");
  EXPECT_EQ(PrintToString(std::vector<Packet>()), "(no packets)");
  Packet cut{.time = 12h, .dev = "eth0", .summary = "IP …", .bytes = {1, 2}, .length = 1500};
  EXPECT_EQ(PrintToString(cut), "12:00:00.000000 eth0  ?   IP … [cut: 2 of 1500 bytes]");
}

TEST_F(PacketMatchers, OfFieldsSayWhatTheFieldIs) {
  const Packet icmp = two_packets()[0];
  const Packet tcp = two_packets()[1];
  EXPECT_THAT(icmp, AllOf(Src("10.0.0.1"), Dst(Ne(IpAddress("10.0.0.1"))), Ttl(Ge(64)),
                          Goes(Direction::kOut), IcmpType(8), Protocol(1), IsIcmp()));
  EXPECT_EQ(verdict(icmp, Dst("10.0.0.3")), "has dst 10.0.0.3; which has dst 10.0.0.2");
  EXPECT_EQ(verdict(icmp, DstPort(80)), "has dst port 80; which has no dst port");
  EXPECT_EQ(verdict(icmp, Goes(Direction::kIn)), "has direction In; which has direction Out");
  EXPECT_EQ(verdict(icmp, Flags("S")), "has flags S; which has no flags");
  EXPECT_EQ(verdict(tcp, Flags("S")), "has flags S; which has flags S.");
  EXPECT_EQ(verdict(tcp, HasFlags("R")), "has flags R at least; which has flags S.");
  EXPECT_EQ(verdict(tcp, IsUdp()), "is UDP; which is not UDP");
  EXPECT_EQ(verdict(tcp, Carries("secret")), "passes");
  EXPECT_EQ(verdict(tcp, Carries("public")),
            "carries \"public\"; which carries 6 bytes without it");
  EXPECT_EQ(verdict(tcp, Not(Carries("cre"))),
            "does not carry \"cre\"; which carries it at byte 2");
}

TEST_F(PacketMatchers, OfSequencesSayHowFarItWent) {
  EXPECT_EQ(verdict(two_packets(), Sees(IsIcmp(), IsTcp())), "passes");
  EXPECT_EQ(
      verdict(two_packets(), Sees(IsTcp(), IsIcmp())),
      "sees, in this order, 1) one that is TCP, 2) one that is ICMP; which has none for step 2 "
      "after 12:00:01.000000 ceth0 In  IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack "
      "2, win 512, length 0");
  EXPECT_EQ(verdict(two_packets(), Sees(IsArp())),
            "sees, in this order, 1) one that is ARP; which has none for step 1");
  EXPECT_THAT(two_packets(), Contains(Src(_)).Times(2));
}

TEST_F(PacketMatchers, OfNoneSayWhichThereAre) {
  EXPECT_EQ(verdict(two_packets(), SeesNo(IsArp())), "passes");
  EXPECT_EQ(verdict(two_packets(), SeesNo(Src("10.0.0.1"))),
            "sees none that has src 10.0.0.1; which has 1: \n12:00:00.000345 eth0  "
            "Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64");
}

TEST_F(PacketMatchers, DoNotGuessWhatACutPacketCarried) {
  Packet cut = two_packets()[1];
  cut.bytes = {1, 2};
  cut.length = 1500;
  EXPECT_THAT(cut, Carries("secret"));
  try {
    (void)Matches(Not(Carries("more")))(cut);
    ADD_FAILURE() << "it was judged";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(
        std::string(error.what()),
        "nobody knows whether a packet carries \"more\": it was cut after 2 of 1500 bytes: IP "
        "10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack 2, win 512, length 0");
  }
}

TEST_F(PacketMatchers, MarkThePacketThatCameNearest) {
  EXPECT_EQ(actual_of([] {
              EXPECT_THAT(two_packets(), Contains(AllOf(IsTcp(), Src("10.0.0.2"), DstPort(80))));
            }),
            "  Actual: \n"
            "    12:00:00.000345 eth0  Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, "
            "length 64\n"
            "  > 12:00:01.000000 ceth0 In  IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack "
            "2, win 512, length 0    nearest: has dst port 4000");
}

TEST_F(PacketMatchers, OfASequenceMarkWhatCameNearestToItsNextStep) {
  std::vector<Packet> packets = two_packets();
  packets.push_back(packets[0]);
  EXPECT_EQ(
      failure_of([&] { EXPECT_THAT(packets, Sees(IsIcmp(), AllOf(IsTcp(), Flags("R")))); }),
      "Value of: packets\n"
      "Expected: sees, in this order, 1) one that is ICMP, 2) one that (is TCP) and (has flags "
      "R)\n"
      "  Actual: \n"
      "    12:00:00.000345 eth0  Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, "
      "length 64\n"
      "  > 12:00:01.000000 ceth0 In  IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack "
      "2, win 512, length 0    nearest: has flags S.\n"
      "    12:00:00.000345 eth0  Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, "
      "length 64\n"
      "  which has none for step 2 after 12:00:00.000345 eth0  Out IP 10.0.0.1 > 10.0.0.2: "
      "ICMP echo request, id 1, seq 1, length 64");
}

TEST_F(PacketMatchers, OfNoneMarkThoseThatAreThere) {
  EXPECT_EQ(actual_of([] { EXPECT_THAT(two_packets(), SeesNo(IsTcp())); }),
            "  Actual: \n"
            "    12:00:00.000345 eth0  Out IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, "
            "length 64\n"
            "  > 12:00:01.000000 ceth0 In  IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack "
            "2, win 512, length 0    is one\n"
            "  which has 1");
}

// Of a large one its ends are shown, and what is marked.
TEST_F(PacketMatchers, LeaveOutWhatNobodyWouldRead) {
  std::vector<Packet> packets;
  packets.reserve(1000);
  for (int i = 0; i < 1000; ++i)
    packets.push_back({.time = 12h, .dev = "eth0", .summary = "IP " + std::to_string(i), .ttl = i});
  const std::string text = actual_of([&] { EXPECT_THAT(packets, SeesNo(Ttl(500))); });
  const auto line = [](int i) { return "12:00:00.000000 eth0  ?   IP " + std::to_string(i); };
  std::string expected = "  Actual: ";
  const auto rows = [&](int begin, int end) {
    for (int i = begin; i < end; ++i) expected += "\n    " + line(i);
  };
  rows(0, 10);
  expected += "\n    … 488 more";
  rows(498, 500);
  expected += "\n  > " + line(500) + "    is one";
  rows(501, 503);
  expected += "\n    … 487 more";
  rows(990, 1000);
  EXPECT_EQ(text, expected + "\n  which has 1");
}

}  // namespace
