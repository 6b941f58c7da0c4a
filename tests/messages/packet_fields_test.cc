// The matchers of what is not netlink's: packets, a bridge's entries, a server's clients.
#include "expect_texts.h"

#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

// Of every protocol at once, which no packet is.
Packet a_packet() {
  return {.dev = "eth0",
          .direction = Direction::kOut,
          .summary = "IP",
          .link_layer = LinkLayer::kRawIp,
          .src_mac = "02:00:00:00:00:01",
          .dst_mac = "02:00:00:00:00:02",
          .vlan = 7,
          .ether_type = 0x800,
          .src = "10.0.0.1",
          .dst = "10.0.0.2",
          .arp_op = 2,
          .arp_src_mac = "02:00:00:00:00:03",
          .arp_dst_mac = "02:00:00:00:00:04",
          .tos = 16,
          .ip_id = 99,
          .ttl = 63,
          .protocol = 6,
          .dont_fragment = true,
          .more_fragments = true,
          .fragment_offset = 1480,
          .icmp_type = 8,
          .icmp_code = 0,
          .echo_id = 5,
          .echo_seq = 6,
          .src_port = 80,
          .dst_port = 4000,
          .flags = "SA",
          .seq = 1,
          .ack = 2,
          .window = 512,
          .length = 60};
}

TEST(FieldMatchers, OfAPacket) {
  expect_texts<Packet>(
      a_packet(), {},
      {{Src("10.0.0.1"), "has src 10.0.0.1", "doesn't have src 10.0.0.1", "which has no src"},
       {Dst("10.0.0.2"), "has dst 10.0.0.2", "doesn't have dst 10.0.0.2", "which has no dst"},
       {SrcPort(80), "has src port 80", "doesn't have src port 80", "which has no src port"},
       {DstPort(4000), "has dst port 4000", "doesn't have dst port 4000", "which has no dst port"},
       {SrcMac("02:00:00:00:00:01"), "has src mac 02:00:00:00:00:01",
        "doesn't have src mac 02:00:00:00:00:01", "which has no src mac"},
       {DstMac("02:00:00:00:00:02"), "has dst mac 02:00:00:00:00:02",
        "doesn't have dst mac 02:00:00:00:00:02", "which has no dst mac"},
       {Vlan(7), "has vlan 7", "doesn't have vlan 7", "which has no vlan"},
       {EtherType(0x800), "has ether type 0x800", "doesn't have ether type 0x800",
        "which has no ether type"},
       {ArpOp(2), "has ARP op 2", "doesn't have ARP op 2", "which has no ARP op"},
       {ArpSrcMac("02:00:00:00:00:03"), "has ARP src mac 02:00:00:00:00:03",
        "doesn't have ARP src mac 02:00:00:00:00:03", "which has no ARP src mac"},
       {ArpDstMac("02:00:00:00:00:04"), "has ARP dst mac 02:00:00:00:00:04",
        "doesn't have ARP dst mac 02:00:00:00:00:04", "which has no ARP dst mac"},
       {Tos(16), "has tos 16", "doesn't have tos 16", "which has no tos"},
       {IpId(99u), "has id 99", "doesn't have id 99", "which has no id"},
       {Ttl(63), "has ttl 63", "doesn't have ttl 63", "which has no ttl"},
       {Protocol(6), "has protocol 6", "doesn't have protocol 6", "which has no protocol"},
       {IcmpType(8), "has icmp type 8", "doesn't have icmp type 8", "which has no icmp type"},
       {IcmpCode(0), "has icmp code 0", "doesn't have icmp code 0", "which has no icmp code"},
       {EchoId(5), "has echo id 5", "doesn't have echo id 5", "which has no echo id"},
       {EchoSeq(6), "has echo seq 6", "doesn't have echo seq 6", "which has no echo seq"},
       {Flags("SA"), "has flags S.", "doesn't have flags S.", "which has no flags"},
       {TcpSeq(1u), "has seq 1", "doesn't have seq 1", "which has no seq"},
       {TcpAck(2u), "has ack 2", "doesn't have ack 2", "which has no ack"},
       {TcpWindow(512), "has window 512", "doesn't have window 512", "which has no window"},
       {Dev("eth0"), "has dev eth0", "doesn't have dev eth0", "which has no dev"},
       {Summary("IP"), "has summary IP", "doesn't have summary IP", "which has no summary"},
       {Goes(Direction::kOut), "has direction Out", "doesn't have direction Out",
        "which has direction ?"},
       {LinkType(LinkLayer::kRawIp), "has link type RAW", "doesn't have link type RAW",
        "which has link type EN10MB"},
       {FragmentOffset(1480), "has fragment offset 1480", "doesn't have fragment offset 1480",
        "which has fragment offset 0"},
       {Length(60u), "has length 60", "doesn't have length 60", "which has length 0"},
       {HasDf(), "is marked DF", "is not marked DF", "which is not marked DF"},
       {HasMf(), "is marked MF", "is not marked MF", "which is not marked MF"}});
}

TEST(FieldMatchers, OfABridgesEntry) {
  const FdbEntry entry{.mac = "02:00:00:00:00:01",
                       .dev = "eth0",
                       .dst = "10.0.0.1",
                       .vlan = 7,
                       .self = true,
                       .master = "br0",
                       .state = "permanent"};
  expect_texts<FdbEntry>(
      entry, {},
      {{Mac("02:00:00:00:00:01"), "has mac 02:00:00:00:00:01", "doesn't have mac 02:00:00:00:00:01",
        "which has no mac"},
       {Dev("eth0"), "has dev eth0", "doesn't have dev eth0", "which has no dev"},
       {Dst("10.0.0.1"), "has dst 10.0.0.1", "doesn't have dst 10.0.0.1", "which has no dst"},
       {Vlan(7), "has vlan 7", "doesn't have vlan 7", "which has no vlan"},
       {IsSelf(), "is self", "is not self", "which is not self"},
       {Master("br0"), "has master br0", "doesn't have master br0", "which has no master"},
       {State("permanent"), "has state permanent", "doesn't have state permanent",
        "which has no state"}});
}

TEST(FieldMatchers, OfAServersClient) {
  expect_texts<ClientAddress>(
      {Transport::kTcp, "10.0.0.1", 4000}, {Transport::kUdp, "10.0.0.2", 4001},
      {{Over(Transport::kTcp), "has transport tcp", "doesn't have transport tcp",
        "which has transport udp"},
       {Src("10.0.0.1"), "has src 10.0.0.1", "doesn't have src 10.0.0.1", "which has src 10.0.0.2"},
       {SrcPort(4000), "has src port 4000", "doesn't have src port 4000",
        "which has src port 4001"}});
}

}  // namespace
