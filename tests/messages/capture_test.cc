// What captures and their matchers say, to the letter.
#include <vethlab/fixtures/pair.h>

#include <netinet/in.h>
#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <ctime>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// The exception's text, after "capture_test.cc:31: ".
std::string text_of(const std::function<void()>& verb) {
  try {
    verb();
  } catch (const std::exception& error) {
    const std::string text = error.what();
    EXPECT_THAT(text, MatchesRegex("capture_test.cc:[0-9]+: .*"));
    return text.substr(text.find(": ") + 2);
  }
  return "(no exception)";
}

UdpFrame a_frame() {
  return {.src_mac = "02:00:00:00:00:01",
          .dst_mac = "02:00:00:00:00:02",
          .src = "10.0.0.1",
          .dst = "10.0.0.2",
          .dst_port = 5000,
          .payload = "hello"};
}

TEST(CaptureMessages, OfAFilterThatDoesNotCompileHaveLibpcapsReason) {
  PairNet net;
  EXPECT_EQ(text_of([&] { net.a.capture("eth0", "tcp portt 80"); }),
            "capture: filter \"tcp portt 80\" does not compile: can't parse filter expression: "
            "syntax error");
  EXPECT_EQ(text_of([&] { net.wire.capture("host 10.0.0.256"); }),
            "capture: filter \"host 10.0.0.256\" does not compile: invalid IPv4 address "
            "'10.0.0.256'");
}

TEST(CaptureMessages, OfAFilterThatCannotBeJudgedSaySo) {
  PairNet net;
  EXPECT_EQ(
      text_of([&] { net.a.capture("eth0", "vlan 7 and inbound"); }),
      "capture: filter \"vlan 7 and inbound\" does not compile: \"vlan\" does not go together "
      "with \"inbound\" and \"outbound\"");
}

TEST(CaptureMessages, OfBadInputNameTheArgument) {
  PairNet net;
  EXPECT_EQ(text_of([&] { net.a.capture("eth9"); }), "find interface eth9 in a: No such device");
  EXPECT_EQ(text_of([&] { net.a.capture("a/b"); }), "capture: interface name \"a/b\" contains '/'");
  EXPECT_EQ(text_of([&] { net.a.capture("eth0", "", {.snaplen = 0}); }),
            "capture: snaplen 0 is not 1 to 262144");
  EXPECT_EQ(text_of([&] { net.a.capture("eth0", "", {.packets = 262145}); }),
            "capture: packets 262145 is not 1 to 262144");
  EXPECT_EQ(text_of([&] { net.a.capture("eth0").save("/proc/none/x.pcapng"); }),
            "open \"/proc/none/x.pcapng\" for captured packets in a: No such file or directory");
}

TEST(CaptureMessages, OfFramesThatCannotBeSentSayWhy) {
  PairNet net;
  EXPECT_EQ(text_of([&] { net.a.inject("eth9", a_frame().bytes()); }),
            "find interface eth9 in a: No such device");
  EXPECT_EQ(text_of([&] { net.a.inject("eth0", {}); }), "inject: the frame is empty");
  EXPECT_EQ(text_of([&] { net.a.inject("eth0", std::vector<std::uint8_t>(1519)); }),
            "inject a frame of 1519 bytes at eth0 in a: Message too long");
  net.a.set_down("eth0");
  EXPECT_EQ(text_of([&] { net.a.inject("eth0", a_frame().bytes()); }),
            "inject a frame of 47 bytes at eth0 in a: Network is down");
}

TEST(CaptureMessages, OfPacketsLostFailTheTestOnce) {
  PairNet net;
  const Capture& capture = net.a.capture("eth0", "udp", {.packets = 32});
  for (int i = 0; i < 33; ++i) net.a.inject("eth0", a_frame().bytes());
  EXPECT_NONFATAL_FAILURE(
      (void)capture.packets(),
      "capture of eth0 in a (filter \"udp\") lost 1 packet: what is asked of the others may be "
      "wrong.\nIt has room for 32 packets between two questions: ask more often, filter, or give "
      "it "
      "more ({.packets = …}; {.snaplen = …} for the beginnings of large ones; {.loss = "
      "Loss::kAllowed} where it does not matter)");
  EXPECT_THAT(capture.packets(), SizeIs(32));  // told already
}

TEST(CaptureMessages, OfAClosureThatAsksSayWhoMay) {
  PairNet net;
  const Capture& capture = net.a.capture("eth0", "udp");
  const std::string text = net.a.run([&] { return text_of([&] { (void)capture.packets(); }); });
  EXPECT_EQ(text,
            "a closure cannot take from the test's capture of eth0 in a (filter \"udp\"): ask in "
            "the test");
}

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

template <class T, class M>
std::string verdict(const T& value, M matcher) {
  const Matcher<const T&> m = matcher;
  StringMatchResultListener listener;
  if (m.MatchAndExplain(value, &listener)) return "passes";
  return DescribeMatcher<const T&>(m) + "; " + listener.str();
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
  EXPECT_EQ(verdict(tcp, IsUdp()),
            "is UDP; which is IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 1, ack 2, win 512, "
            "length 0");
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

TEST(FrameMessages, SayWhatIsWrong) {
  const auto text = [](const auto& frame) -> std::string {
    try {
      (void)frame.bytes();
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "(no exception)";
  };
  UdpFrame frame = a_frame();
  frame.src_mac = "02:00";
  EXPECT_EQ(text(frame), "frame: \"02:00\" is not a MAC address as \"02:00:00:00:00:01\"");
  frame = a_frame();
  frame.dst = "fd00::2";
  EXPECT_EQ(text(frame), "frame: src 10.0.0.1 and dst fd00::2 are of two families");
  frame = a_frame();
  frame.vlan = 4096;
  EXPECT_EQ(text(frame), "frame: vlan 4096 is not 0 to 4095");
  frame = a_frame();
  frame.ttl = -1;
  EXPECT_EQ(text(frame), "frame: ttl -1 is not 0 to 255");
  frame = a_frame();
  frame.payload = std::string(70000, 'x');
  EXPECT_EQ(text(frame), "frame: a payload of 70000 bytes is too long for an IP packet");
  EXPECT_EQ(text(ArpFrame{.src_mac = "02:00:00:00:00:01", .sender = "fd00::1"}),
            "frame: ARP is of IPv4 addresses");
  EXPECT_THROW(TcpFlags("SX"), std::invalid_argument);
}

}  // namespace
