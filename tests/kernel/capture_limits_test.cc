// Limits of captures, and the kinds of interfaces.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

UdpFrame to_b(const std::string& payload) {
  return {.src_mac = "02:00:00:00:00:01",
          .dst_mac = "02:00:00:00:00:02",
          .src = "10.0.0.1",
          .dst = "10.0.0.2",
          .dst_port = 5000,
          .payload = payload};
}

// Beyond the queue's room (net.core.rmem_max) of those that are larger than a frame of the ring.
TEST(CaptureLimits, OfLargePacketsOnlySomeHaveRoomForTheWhole) {
  Lab lab;
  Node& a = lab.add_node("a");
  Node& b = lab.add_node("b");
  lab.connect({a, "eth0", "10.0.0.1/24", {.mtu = 9000}}, {b, "eth0", "10.0.0.2/24", {.mtu = 9000}});
  const Capture& capture = a.capture("eth0", "udp", {.loss = Loss::kAllowed});
  for (int i = 0; i < 3000; ++i) a.inject("eth0", to_b(std::string(8000, 'x')).bytes());
  const std::vector<Packet> packets = capture.packets();
  const auto cut = std::ranges::count_if(packets, &Packet::cut);
  EXPECT_THAT(packets, SizeIs(3000));
  EXPECT_THAT(cut, AllOf(Gt(0), Lt(3000)));
  EXPECT_EQ(capture.lost(), static_cast<std::uint64_t>(cut));
  EXPECT_THAT(packets, Each(AllOf(DstPort(5000), Length(8042u))));  // the headers are there
}

TEST(CaptureLimits, AFilterOfVlansDoesNotKnowDirections) {
  PairNet net;
  EXPECT_THROW(net.a.capture("eth0", "vlan 7 and inbound"), std::invalid_argument);
  try {
    const Capture& capture = net.a.capture("eth0", "icmp and inbound");  // but others do
    ASSERT_REACHABLE(net.a, "10.0.0.2");
    EXPECT_THAT(capture.packets(), ElementsAre(Goes(Direction::kIn)));
  } catch (const std::invalid_argument& refused) {  // not with libpcap 1.11
    EXPECT_THAT(refused.what(), HasSubstr("not a live capture, 'inbound' not supported"));
  }
}

TEST(CaptureLimits, AFilterWithoutVlanLooksBehindTheTagThatTheKernelTookOff) {
  PairNet net;
  const Capture& capture = net.b.capture("eth0", "udp port 5000");
  UdpFrame frame = to_b("tagged");
  frame.vlan = 7;
  net.a.inject("eth0", frame.bytes());
  EXPECT_REACHABLE(net.a, "10.0.0.2");  // behind it
  EXPECT_THAT(capture.packets(), ElementsAre(Vlan(7)));
}

TEST(CaptureLimits, ASegmentIsSeenBeforeTheKernelCutsIt) {
  PairNet net;
  const Capture& capture = net.a.capture("eth0", "tcp dst port 81");
  const UniqueFd server = net.b.socket(AF_INET, SOCK_STREAM);
  const UniqueFd client = net.a.socket(AF_INET, SOCK_STREAM);
  const SocketAddress at = socket_address("10.0.0.2", 81);
  ASSERT_EQ(::bind(server.get(), at.get(), at.size), 0);
  ASSERT_EQ(::listen(server.get(), 1), 0);
  ASSERT_EQ(::connect(client.get(), at.get(), at.size), 0);
  const std::string much(10000, 'x');
  ASSERT_EQ(::send(client.get(), much.data(), much.size(), 0), 10000);
  EXPECT_THAT(capture.packets(), Contains(Length(Gt(1514u))));
}

TEST(CaptureLimits, ACaptureEndsWithItsInterface) {
  Lab lab;
  Node& a = lab.add_node("a");
  a.add_veth("v0", "v1");
  a.set_up("v1");
  a.set_up("v0");
  const Capture& capture = a.capture("v0", "udp");
  a.inject("v0", to_b("old").bytes());
  a.delete_link("v0");
  a.add_veth("v0", "v1");
  a.set_up("v1");
  a.set_up("v0");
  a.inject("v0", to_b("new").bytes());
  EXPECT_THAT(capture.packets(), ElementsAre(Carries("old")));
}

TEST(Capture, OfAnInterfaceWithoutEthernetHeadersReadsIpPackets) {
  Lab lab;
  Node& a = lab.add_node("a");
  const auto [tun, error] = a.run([] {
    UniqueFd fd(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strncpy(request.ifr_name, "tun0", IFNAMSIZ - 1);
    if (!fd || ::ioctl(fd.get(), TUNSETIFF, &request) != 0) return std::pair(UniqueFd(), errno);
    return std::pair(std::move(fd), 0);
  });
  if (error != 0)  // an ordinary user where it is root's alone
    GTEST_SKIP() << "no tun interface: /dev/net/tun: " << std::strerror(error);
  a.add_address("tun0", "10.9.0.1/24");
  a.set_up("tun0");
  const Capture& one = a.capture("tun0", "icmp");
  const Capture& all = a.capture("", "icmp and dst host 10.9.0.2");
  const Capture& none = a.capture("tun0", "arp or tcp");
  EXPECT_THAT(a.ping("10.9.0.2", {.timeout = 10ms}), GetsNoAnswer());
  const auto echo =
      AllOf(IcmpType(8), Dst("10.9.0.2"), SrcMac(""), Dev("tun0"), LinkType(LinkLayer::kRawIp));
  EXPECT_THAT(one.packets(), ElementsAre(echo));
  EXPECT_THAT(all.packets(), ElementsAre(echo));
  EXPECT_THAT(none.packets(), IsEmpty());
}

}  // namespace
