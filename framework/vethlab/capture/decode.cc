#include <vethlab/capture/decode.h>

#include <linux/if_ether.h>

#include <utility>

#include <fmt/format.h>

namespace vethlab::capture {
namespace {

constexpr std::size_t kTag = 4;
constexpr std::size_t kLeastType = 0x0600;  // below, it is IEEE 802.3's length

bool is_tag(std::uint16_t type) { return type == ETH_P_8021Q || type == ETH_P_8021AD; }

}  // namespace

std::string mac_text(Bytes b) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4],
                     b[5]);
}

void set_payload(Part rest, Packet& packet) {
  packet.payload.assign(rest.bytes.begin(), rest.bytes.end());
}

void decode_ethernet(Part frame, Packet& packet) {
  if (!frame.has(ETH_HLEN)) {
    packet.summary = "[|ether]";
    return set_payload(frame, packet);
  }
  packet.dst_mac = mac_text(frame.bytes);
  packet.src_mac = mac_text(frame.bytes.subspan(ETH_ALEN));
  std::uint16_t type = u16(frame.bytes, 2 * ETH_ALEN);
  Part rest = frame.after(ETH_HLEN);
  for (; is_tag(type); rest = rest.after(kTag)) {
    if (!rest.has(kTag)) {
      packet.summary += "[|vlan]";
      return set_payload(rest, packet);
    }
    const int id = u16(rest.bytes, 0) & 0xfff;
    if (!packet.vlan) packet.vlan = id;
    packet.summary += fmt::format("vlan {}, ", id);
    type = u16(rest.bytes, 2);
  }
  if (type < kLeastType) {
    packet.summary +=
        fmt::format("{} > {}, 802.3, length {}", packet.src_mac, packet.dst_mac, type);
    return set_payload(rest, packet);
  }
  packet.ether_type = type;
  switch (type) {
    case ETH_P_ARP: return decode_arp(rest, packet);
    case ETH_P_IP: return decode_ipv4(rest, packet);
    case ETH_P_IPV6: return decode_ipv6(rest, packet);
    default: break;
  }
  packet.summary += fmt::format("{} > {}, ethertype 0x{:04x}, length {}", packet.src_mac,
                                packet.dst_mac, type, frame.length);
  set_payload(rest, packet);
}

Packet decode(LinkLayer link_layer, std::vector<std::uint8_t> bytes, std::size_t length) {
  Packet packet;
  packet.link_layer = link_layer;
  packet.length = std::max(length, bytes.size());
  const Part whole{bytes, packet.length};
  switch (link_layer) {
    case LinkLayer::kEthernet: decode_ethernet(whole, packet); break;
    case LinkLayer::kRawIp: decode_ip(whole, packet); break;
    case LinkLayer::kOther:
      packet.summary = fmt::format("unknown link layer, length {}", packet.length);
      set_payload(whole, packet);
      break;
  }
  packet.bytes = std::move(bytes);
  return packet;
}

}  // namespace vethlab::capture
