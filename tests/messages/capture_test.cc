// What captures and their matchers say, to the letter.
#include "text_of.h"

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
  const std::string said = "capture: filter \"vlan 7 and inbound\" does not compile: ";
  EXPECT_THAT(
      text_of([&] { net.a.capture("eth0", "vlan 7 and inbound"); }),
      AnyOf(
          said + "\"vlan\" does not go together with \"inbound\" and \"outbound\"",
          said +
              "not a live capture, 'inbound' not supported on DLT_EN10MB (Ethernet)"));  // libpcap 1.11
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
