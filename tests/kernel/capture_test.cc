// What a capture sees, keeps and says; frames injected.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr const char* kMacA = "02:00:00:00:00:01";
constexpr const char* kMacB = "02:00:00:00:00:02";

UdpFrame to_b(const std::string& payload) {
  return {.src_mac = kMacA,
          .dst_mac = kMacB,
          .src = "10.0.0.1",
          .dst = "10.0.0.2",
          .src_port = 4000,
          .dst_port = 5000,
          .payload = payload};
}

// The packets, once there are so many: what another node has sent without hearing of its arrival
// may be on its way.
std::vector<Packet> packets_of(const Capture& capture, std::size_t count) {
  for (;;) {
    std::vector<Packet> packets = capture.packets();
    pollfd more{capture.readable_fd(), POLLIN, 0};
    if (packets.size() >= count || ::poll(&more, 1, 5000) <= 0) return packets;
  }
}

TEST(Capture, HasTheFirstPacketAfterTheCallAndTheLastBeforeTheQuestion) {
  PairNet net;
  const Capture& at_a = net.a.capture("eth0", "icmp");
  const Capture& at_b = net.b.capture("eth0", "icmp");
  ASSERT_REACHABLE(net.a, net.b);
  const auto asked = AllOf(Src("10.0.0.1"), Dst("10.0.0.2"), IcmpType(8), Ttl(64), IsIcmp());
  const auto answered = AllOf(Src("10.0.0.2"), Dst("10.0.0.1"), IcmpType(0));
  EXPECT_THAT(at_a.packets(), ElementsAre(AllOf(asked, Goes(Direction::kOut)),
                                          AllOf(answered, Goes(Direction::kIn))));
  EXPECT_THAT(at_b.packets(), ElementsAre(AllOf(asked, Goes(Direction::kIn), Dev("eth0")),
                                          AllOf(answered, Goes(Direction::kOut))));
}

TEST(Capture, HasWhatItsNodeHasJustSent) {
  PairNet net;
  const Capture& capture = net.a.capture("eth0", "udp");
  for (int i = 0; i < 100; ++i) {
    net.a.inject("eth0", to_b(std::to_string(i)).bytes());
    EXPECT_THAT(capture.packets(), SizeIs(i + 1));
  }
}

TEST(Capture, BeginsWithItsCallAndAfterClear) {
  PairNet net;
  net.a.inject("eth0", to_b("before").bytes());
  Capture& capture = net.a.capture("eth0", "udp");
  net.a.inject("eth0", to_b("one").bytes());
  EXPECT_THAT(capture.packets(), ElementsAre(Carries("one")));
  capture.clear();
  net.a.inject("eth0", to_b("two").bytes());
  EXPECT_THAT(capture.packets(), ElementsAre(Carries("two")));
}

TEST(Capture, LetsNothingThroughThatItsFilterDoesNot) {
  PairNet net;
  const Capture& arp = net.a.capture("eth0", "arp");
  const Capture& icmp = net.a.capture("eth0", "icmp[icmptype] == icmp-echo and dst host 10.0.0.2");
  const Capture& six = net.a.capture("eth0", "icmp6 and ip6[40] == 128");
  ASSERT_REACHABLE(net.a, "10.0.0.2");
  ASSERT_REACHABLE(net.a, "fd00::2");
  EXPECT_THAT(arp.packets(), AllOf(Not(IsEmpty()), Each(IsArp())));
  EXPECT_THAT(icmp.packets(), ElementsAre(IcmpType(8)));
  EXPECT_THAT(six.packets(), ElementsAre(IcmpType(128)));
}

TEST(Capture, OfAllInterfacesNamesThem) {
  LineNet net;
  const Capture& capture = net.r.capture("", "icmp and dst host 10.0.2.2");
  const Capture& any = net.r.capture("any", "icmp");
  ASSERT_REACHABLE(net.a, "10.0.2.2");
  EXPECT_THAT(capture.packets(), ElementsAre(AllOf(Dev("eth0"), Goes(Direction::kIn), Ttl(64)),
                                             AllOf(Dev("eth1"), Goes(Direction::kOut), Ttl(63))));
  EXPECT_THAT(any.packets(), SizeIs(4));
}

TEST(Capture, OfLoShowsEachPacketOnce) {
  PairNet net;
  const Capture& capture = net.a.capture("lo", "icmp");
  ASSERT_REACHABLE(net.a, "127.0.0.1");
  EXPECT_THAT(capture.packets(), ElementsAre(IcmpType(8), IcmpType(0)));
}

TEST(Capture, OfAWireIsThatOfItsFirstSide) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  Capture& capture =
      lab.connect({a, "eth7", "10.0.0.1/24"}, {b, "eth0", "10.0.0.2/24"}).capture("icmp");
  ASSERT_REACHABLE(a, b);
  EXPECT_THAT(capture.packets(), ElementsAre(AllOf(Dev("eth7"), Goes(Direction::kOut)), _));
}

TEST(Capture, HasVlanTagsAsTheyWereOnTheWire) {
  PairNet net;
  const Capture& all = net.b.capture("eth0", "ether src " + std::string(kMacA));
  const Capture& seven = net.b.capture("eth0", "vlan 7 and udp port 5000");
  const Capture& eight = net.b.capture("eth0", "vlan 8");
  UdpFrame frame = to_b("tagged");
  frame.vlan = 7;
  net.a.inject("eth0", frame.bytes());
  const auto tagged =
      AllOf(Vlan(7), DstPort(5000), Carries("tagged"), Field(&Packet::bytes, frame.bytes()));
  EXPECT_THAT(packets_of(all, 1), Contains(tagged));
  EXPECT_THAT(packets_of(seven, 1), ElementsAre(tagged));
  EXPECT_THAT(eight.packets(), IsEmpty());
}

TEST(Capture, HasLargePacketsWhole) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  lab.connect({a, "eth0", "10.0.0.1/24", {.mtu = 9000}}, {b, "eth0", "10.0.0.2/24", {.mtu = 9000}});
  const Capture& whole = b.capture("eth0", "icmp");
  const Capture& heads = b.capture("eth0", "icmp", {.snaplen = 60});
  ASSERT_REACHABLE(a, b, {.count = 3, .payload = 8000});
  EXPECT_THAT(whole.packets(),
              AllOf(SizeIs(6), Each(AllOf(Length(8042u), Not(Property(&Packet::cut, true))))));
  EXPECT_THAT(heads.packets(),
              AllOf(SizeIs(6), Each(AllOf(Length(8042u), Field(&Packet::bytes, SizeIs(60))))));
  EXPECT_THROW((void)Matches(Carries(std::string(30, 'x')))(heads.packets().front()),
               std::runtime_error);
  EXPECT_EQ(whole.lost() + heads.lost(), 0u);
}

TEST(Capture, GoesOnAfterItsInterfaceWasDown) {
  PairNet net;
  const Capture& capture = net.a.capture("eth0", "icmp");
  net.a.set_down("eth0");
  net.a.set_up("eth0");
  ASSERT_REACHABLE(net.a, "10.0.0.2");
  EXPECT_THAT(capture.packets(), SizeIs(2));
}

TEST(Capture, SeesHowAConnectionBegins) {
  PairNet net;
  const Capture& capture = net.b.capture("eth0", "tcp port 81");
  const UniqueFd client = net.a.socket(AF_INET, SOCK_STREAM);
  const SocketAddress to = socket_address("10.0.0.2", 81);
  ASSERT_NE(::connect(client.get(), to.get(), to.size), 0);
  EXPECT_THAT(capture.packets(),
              Sees(AllOf(Flags("S"), DstPort(81)), AllOf(Flags("RA"), SrcPort(81))));
}

TEST(Capture, ThatHasNoRoomSaysHowManyItLost) {
  PairNet net;
  const Capture& capture =
      net.a.capture("eth0", "udp", {.packets = 1, .loss = Loss::kAllowed});  // a block: 32
  for (int i = 0; i < 40; ++i) net.a.inject("eth0", to_b(std::to_string(i)).bytes());
  EXPECT_THAT(capture.packets(), SizeIs(32));
  EXPECT_EQ(capture.lost(), 8u);
  EXPECT_EQ(capture.lost(), 8u);
  net.a.inject("eth0", to_b("room again").bytes());
  EXPECT_THAT(capture.packets(), Contains(Carries("room again")));
}

TEST(Capture, ThatIsRefusedLeavesNothing) {
  PairNet net;
  const Snapshot before = net.a.snapshot();
  EXPECT_THROW(net.a.capture("eth0", "tcp portt 80"), std::invalid_argument);
  EXPECT_THROW(net.a.capture("eth9"), std::system_error);
  net.a.capture("eth0");
  EXPECT_THAT(net.a.snapshot(), IsUnchangedSince(before));  // not promiscuous either
}

TEST(Inject, IsReceivedAsSent) {
  PairNet net;
  const UniqueFd server = net.b.socket(AF_INET, SOCK_DGRAM);
  const SocketAddress at = socket_address("10.0.0.2", 5000);
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(server.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ASSERT_EQ(::bind(server.get(), at.get(), at.size), 0);
  net.a.inject("eth0", to_b("by hand").bytes());
  std::string text(16, '\0');
  const auto size = ::recv(server.get(), text.data(), text.size(), 0);
  EXPECT_EQ(text.substr(0, size < 0 ? 0 : static_cast<std::size_t>(size)), "by hand");
}

// A gratuitous one: the kernel takes it at once, even over what it has just learnt.
TEST(Inject, OfAnArpReplyIsBelieved) {
  PairNet net;
  const Capture& capture = net.a.capture("eth0", "arp or icmp");
  ASSERT_REACHABLE(net.a, "10.0.0.2");
  const auto b_is_at = [](const char* mac) { return Contains(AllOf(To("10.0.0.2"), Lladdr(mac))); };
  ASSERT_THAT(net.a.neighbours(), b_is_at(kMacB));
  constexpr const char* kElsewhere = "02:00:00:00:00:99";
  net.b.inject("eth0", ArpFrame{.src_mac = kMacB,
                                .dst_mac = kMacA,
                                .op = 2,
                                .sender_mac = kElsewhere,
                                .sender = "10.0.0.2",
                                .target_mac = kElsewhere,
                                .target = "10.0.0.2"}
                           .bytes());
  EXPECT_EVENTUALLY(net.a.neighbours(), b_is_at(kElsewhere));
  EXPECT_THAT(capture.packets(), Sees(IcmpType(8), AllOf(IsArp(), ArpSrcMac(kElsewhere))));
}

TEST(Inject, OfAnEchoIsAnswered) {
  PairNet net;
  const Capture& capture = net.a.capture("eth0", "icmp or icmp6");
  net.a.inject("eth0", IcmpFrame{.src_mac = kMacA,
                                 .dst_mac = kMacB,
                                 .src = "10.0.0.1",
                                 .dst = "10.0.0.2",
                                 .rest = 7 << 16 | 1,
                                 .payload = "odd"}
                           .bytes());
  EXPECT_THAT(packets_of(capture, 2), Contains(AllOf(IcmpType(0), Field(&Packet::echo_id, 7))));
}

}  // namespace
