#include <vethlab/capture/decode.h>
#include <vethlab/vethlab.h>

#include "packet_samples.h"

#include <netinet/in.h>

#include <random>
#include <stdexcept>

using namespace testing;
using namespace vethlab;
using capture::decode;
using samples::Frame;

namespace {

Packet read(const Frame& frame) { return decode(LinkLayer::kEthernet, frame, frame.size()); }

TEST(Decode, OfUdpHasEachField) {
  UdpFrame frame = samples::udp();
  frame.ttl = 63;
  const Packet p = read(frame.bytes());
  EXPECT_THAT(p, AllOf(SrcMac("02:00:00:00:00:01"), DstMac("02:00:00:00:00:02"), Src("10.0.0.1"),
                       Dst("10.0.0.2"), Ttl(63), Protocol(IPPROTO_UDP), SrcPort(40000),
                       DstPort(5000), Carries("hello"), Length(47u), IsUdp(), Tos(0)));
  EXPECT_EQ(p.ether_type, 0x0800);
  EXPECT_TRUE(p.dont_fragment);
  EXPECT_EQ(p.payload, Frame({'h', 'e', 'l', 'l', 'o'}));
  EXPECT_EQ(p.bytes, frame.bytes());
  EXPECT_FALSE(p.cut());
  EXPECT_EQ(p.vlan, std::nullopt);
}

TEST(Decode, OfTcpHasEachField) {
  const Packet p = read(samples::tcp("SA", "data").bytes());
  EXPECT_THAT(p, AllOf(IsTcp(), Flags("SA"), HasFlags("S"), DstPort(5000), Carries("data")));
  EXPECT_EQ(p.seq, 1000U);
  EXPECT_EQ(p.ack, 2000U);
  EXPECT_EQ(p.window, 512);
  EXPECT_EQ(read(samples::tcp("S").bytes()).ack, std::nullopt);
}

TEST(Decode, OfIcmpHasEachField) {
  const Packet v4 = read(samples::icmp(8, 0, 7 << 16 | 9, "x").bytes());
  EXPECT_THAT(v4, AllOf(IsIcmp(), IcmpType(8), IcmpCode(0), Carries("x")));
  EXPECT_EQ(v4.echo_id, 7);
  EXPECT_EQ(v4.echo_seq, 9);
  EXPECT_THAT(read(samples::icmp6(1, 4, 0).bytes()), AllOf(IsIcmp(), IcmpType(1), IcmpCode(4)));
}

TEST(Decode, OfArpHasEachField) {
  const Packet p = read(ArpFrame{.src_mac = samples::kA,
                                 .op = 2,
                                 .sender = "10.0.0.1",
                                 .target_mac = samples::kB,
                                 .target = "10.0.0.2"}
                            .bytes());
  EXPECT_THAT(p, AllOf(IsArp(), Src("10.0.0.1"), Dst("10.0.0.2")));
  EXPECT_EQ(p.arp_op, 2);
  EXPECT_EQ(p.arp_src_mac, "02:00:00:00:00:01");
  EXPECT_EQ(p.arp_dst_mac, "02:00:00:00:00:02");
}

TEST(Decode, OfATaggedFrameGoesOnBehindTheTag) {
  UdpFrame frame = samples::udp();
  frame.vlan = 7;
  const Packet p = read(frame.bytes());
  EXPECT_THAT(p, AllOf(Vlan(7), DstPort(5000)));
  EXPECT_EQ(p.summary, "vlan 7, IP 10.0.0.1.40000 > 10.0.0.2.5000: UDP, length 5");
}

TEST(Decode, OfAFragmentHasItsPlace) {
  Frame frame = samples::udp().bytes();
  frame[samples::kIp + 6] = 0x20;
  frame[samples::kIp + 7] = 185;
  const Packet p = read(frame);
  EXPECT_TRUE(p.more_fragments);
  EXPECT_EQ(p.fragment_offset, 1480);
  EXPECT_EQ(p.dst_port, std::nullopt);  // those bytes are data
}

TEST(Decode, OfAnIpPacketWithoutEthernetIsTheSame) {
  const Frame frame = samples::udp6().bytes();
  const Packet p = decode(LinkLayer::kRawIp, Frame(frame.begin() + 14, frame.end()), 53);
  EXPECT_THAT(p, AllOf(Src("fd00::1"), DstPort(5000), SrcMac("")));
}

TEST(Decode, OfPaddingIsNotThePayload) {
  Frame frame = samples::udp().bytes();
  frame.resize(60);
  EXPECT_THAT(read(frame).payload, SizeIs(5));
}

TEST(Decode, OfWhatIsWrongSaysSo) {
  const auto summary = [](const Frame& frame) { return read(frame).summary; };
  EXPECT_EQ(summary({1, 2, 3}), "[|ether]");
  EXPECT_EQ(summary(samples::changed(samples::udp().bytes(), 0, 0x44)), "IP bad-hlen 16");
  EXPECT_EQ(summary(samples::changed(samples::udp().bytes(), 0, 0x4f)), "IP bad-len 33");
  EXPECT_EQ(summary(samples::changed(samples::udp().bytes(), 25, 3)),
            "IP 10.0.0.1.40000 > 10.0.0.2.5000: UDP, bad length 3");
  EXPECT_EQ(summary(samples::changed(samples::tcp("S").bytes(), 32, 0)),
            "IP 10.0.0.1.40000 > 10.0.0.2.5000: tcp 20 [bad hdr length 0]");
  Frame unknown = samples::udp().bytes();
  unknown[12] = 0x88;
  unknown[13] = 0xb5;
  EXPECT_EQ(summary(unknown), "02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype 0x88b5, length 47");
}

TEST(Decode, OfAPacketThatWasCutHasWhatIsThere) {
  const Frame whole = samples::tcp("PA", "0123456789").bytes();
  const Packet p = decode(LinkLayer::kEthernet, Frame(whole.begin(), whole.begin() + 58), 64);
  EXPECT_EQ(p.summary,
            "IP 10.0.0.1.40000 > 10.0.0.2.5000: Flags [P.], seq 1000:1010, ack 2000, win 512, "
            "length 10");
  EXPECT_THAT(p.payload, SizeIs(4));
  EXPECT_TRUE(p.cut());
}

TEST(Decode, OfEachSampleCutAnywhereDoesNoHarm) {
  for (const Frame& whole : samples::all())
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const Frame cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      (void)decode(LinkLayer::kEthernet, cut, whole.size());  // by the filter's snaplen
      EXPECT_FALSE(read(cut).summary.empty());                // on the wire
      (void)decode(LinkLayer::kRawIp, cut, size);
      (void)decode(LinkLayer::kOther, cut, size);
    }
}

TEST(Decode, OfRandomBytesDoesNoHarm) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const std::vector<Frame> all = samples::all();
  for (int i = 0; i < 20000; ++i) {
    Frame bytes = all[random() % all.size()];
    for (int k = 0; k < 4; ++k)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    bytes.resize(1 + random() % bytes.size());
    (void)decode(LinkLayer::kEthernet, bytes, bytes.size() + random() % 100);
  }
}

TEST(TcpFlags, AreReadInAnyOrder) {
  EXPECT_EQ(TcpFlags("SA"), TcpFlags("S."));
  EXPECT_EQ(TcpFlags("AS"), TcpFlags(0x12));
  EXPECT_EQ(TcpFlags("none"), TcpFlags());
  EXPECT_EQ(TcpFlags("SA").text(), "S.");
  EXPECT_EQ(TcpFlags("UEWFRP").text(), "FRPUEW");
  EXPECT_EQ(TcpFlags().text(), "none");
  EXPECT_THROW(TcpFlags("SX"), std::invalid_argument);
  EXPECT_THROW(TcpFlags(""), std::invalid_argument);
}

TEST(Frames, AreRefusedWhereTheyCannotBeBuilt) {
  const auto refused = [](auto frame) { EXPECT_THROW((void)frame.bytes(), std::invalid_argument); };
  UdpFrame frame = samples::udp();
  frame.src_mac = "";
  refused(frame);
  frame = samples::udp();
  frame.dst_mac = "02:00:00:00:00:0g";
  refused(frame);
  frame = samples::udp();
  frame.dst = "fd00::2";
  refused(frame);
  frame = samples::udp();
  frame.vlan = 4096;
  refused(frame);
  frame = samples::udp();
  frame.ttl = 256;
  refused(frame);
  frame = samples::udp();
  frame.payload = std::string(65508, 'x');
  refused(frame);
  ArpFrame arp{.src_mac = samples::kA, .sender = "fd00::1"};
  refused(arp);
}

}  // namespace
