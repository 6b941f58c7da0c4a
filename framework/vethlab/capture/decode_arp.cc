#include <vethlab/capture/decode.h>

#include <linux/if_ether.h>
#include <net/if_arp.h>

#include <algorithm>

#include <fmt/format.h>

namespace vethlab::capture {
namespace {

constexpr std::size_t kSize = 28;  // of Ethernet and IPv4 (RFC 826)

}  // namespace

void decode_arp(Part arp, Packet& packet) {
  const Bytes b = arp.bytes;
  packet.summary += "ARP, ";
  if (!arp.has(kSize)) {
    packet.summary += "[|arp]";
    return set_payload(arp, packet);
  }
  if (u16(b, 0) != ARPHRD_ETHER || u16(b, 2) != ETH_P_IP || b[4] != ETH_ALEN || b[5] != 4) {
    packet.summary +=
        fmt::format("hardware {}, protocol 0x{:04x}, length {}", u16(b, 0), u16(b, 2), arp.length);
    return set_payload(arp, packet);
  }
  packet.arp_op = u16(b, 6);
  packet.arp_src_mac = mac_text(b.subspan(8));
  packet.src = IpAddress::from_bytes(b.subspan(14, 4));
  packet.arp_dst_mac = mac_text(b.subspan(18));
  packet.dst = IpAddress::from_bytes(b.subspan(24, 4));
  const std::string src = packet.src->text();
  const std::string dst = packet.dst->text();
  switch (*packet.arp_op) {
    case ARPOP_REQUEST: {
      const bool known = std::ranges::any_of(b.subspan(18, 6), [](auto byte) { return byte != 0; });
      packet.summary += fmt::format("Request who-has {}{} tell {}", dst,
                                    known ? fmt::format(" ({})", packet.arp_dst_mac) : "", src);
      break;
    }
    case ARPOP_REPLY:
      packet.summary += fmt::format("Reply {} is-at {}", src, packet.arp_src_mac);
      break;
    default: packet.summary += fmt::format("op {} {} to {}", *packet.arp_op, src, dst); break;
  }
  packet.summary += fmt::format(", length {}", arp.length);
}

}  // namespace vethlab::capture
