#include <vethlab/capture/decode.h>

#include <netinet/in.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace vethlab::capture {
namespace {

// "10.0.0.1 > 10.0.0.2: ", or with the ports that follow: "10.0.0.1.5000 > 10.0.0.2.53: ".
std::string ends(const Packet& packet, int protocol, Part rest) {
  const bool ports = (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) && rest.has(4) &&
                     packet.fragment_offset == 0;
  if (!ports) return fmt::format("{} > {}: ", packet.src->text(), packet.dst->text());
  return fmt::format("{}.{} > {}.{}: ", packet.src->text(), u16(rest.bytes, 0), packet.dst->text(),
                     u16(rest.bytes, 2));
}

// The extension headers of IPv6 (RFC 8200), from `rest` on: what they lead to. Empty: one is cut.
std::optional<int> skip_extensions(int next, Part& rest, std::string& words, Packet& packet) {
  for (;;) {
    std::size_t size = 8;
    switch (next) {
      case IPPROTO_HOPOPTS: words += "HBH "; break;
      case IPPROTO_DSTOPTS: words += "DSTOPT "; break;
      case IPPROTO_ROUTING: words += "RT "; break;
      case IPPROTO_FRAGMENT: break;
      default: return next;
    }
    if (!rest.has(size)) return std::nullopt;
    if (next == IPPROTO_FRAGMENT) {
      packet.ip_id = u32(rest.bytes, 4);
      packet.fragment_offset = u16(rest.bytes, 2) & 0xfff8;
      packet.more_fragments = (rest.bytes[3] & 1) != 0;
      words += fmt::format("frag (0x{:08x}:{}|{}) ", *packet.ip_id, packet.fragment_offset,
                           rest.length - size);
    } else {
      size = (rest.bytes[1] + 1U) * 8U;
    }
    if (!rest.has(size)) return std::nullopt;
    next = rest.bytes[0];
    rest = rest.after(size);
  }
}

}  // namespace

void decode_ip(Part ip, Packet& packet) {
  if (!ip.has(1)) {
    packet.summary += "[|ip]";
    return;
  }
  switch (ip.bytes[0] >> 4) {
    case 4: return decode_ipv4(ip, packet);
    case 6: return decode_ipv6(ip, packet);
    default: break;
  }
  packet.summary += fmt::format("IP version {}, length {}", ip.bytes[0] >> 4, ip.length);
  set_payload(ip, packet);
}

void decode_ipv4(Part ip, Packet& packet) {
  const Bytes b = ip.bytes;
  packet.summary += "IP ";
  if (!ip.has(20)) {
    packet.summary += "[|ip]";
    return set_payload(ip, packet);
  }
  const std::size_t header = (b[0] & 0xfU) * 4U;
  const std::size_t total = u16(b, 2) != 0 ? u16(b, 2) : ip.length;  // 0: an offload's, too long
  if (b[0] >> 4 != 4 || header < 20 || total < header) {
    packet.summary += b[0] >> 4 != 4 ? fmt::format("bad version {}", b[0] >> 4)
                      : header < 20  ? fmt::format("bad-hlen {}", header)
                                     : fmt::format("bad-len {}", total);
    return set_payload(ip, packet);
  }
  packet.tos = b[1];
  packet.ip_id = u16(b, 4);
  packet.dont_fragment = (b[6] & 0x40) != 0;
  packet.more_fragments = (b[6] & 0x20) != 0;
  packet.fragment_offset = (u16(b, 6) & 0x1fff) * 8;
  packet.ttl = b[8];
  packet.protocol = b[9];
  packet.src = IpAddress::from_bytes(b.subspan(12, 4));
  packet.dst = IpAddress::from_bytes(b.subspan(16, 4));
  if (total > ip.length)
    packet.summary += fmt::format("truncated-ip - {} bytes missing! ", total - ip.length);
  const Part rest = ip.first(total).after(header);
  packet.summary += ends(packet, *packet.protocol, rest);
  decode_transport(*packet.protocol, rest, packet);
}

void decode_ipv6(Part ip, Packet& packet) {
  const Bytes b = ip.bytes;
  packet.summary += "IP6 ";
  if (!ip.has(40)) {
    packet.summary += "[|ip6]";
    return set_payload(ip, packet);
  }
  if (b[0] >> 4 != 6) {
    packet.summary += fmt::format("bad version {}", b[0] >> 4);
    return set_payload(ip, packet);
  }
  packet.tos = (u16(b, 0) >> 4) & 0xff;
  packet.ttl = b[7];
  packet.src = IpAddress::from_bytes(b.subspan(8, 16));
  packet.dst = IpAddress::from_bytes(b.subspan(24, 16));
  const std::size_t total = u16(b, 4) != 0 ? 40U + u16(b, 4) : ip.length;  // 0: a jumbogram's
  if (total > ip.length)
    packet.summary += fmt::format("truncated-ip6 - {} bytes missing!", total - ip.length);
  Part rest = ip.first(total).after(40);
  std::string words;
  const std::optional<int> protocol = skip_extensions(b[6], rest, words, packet);
  packet.summary += ends(packet, protocol.value_or(0), rest) + words;
  if (!protocol) {
    packet.summary += "[|ip6]";
    return set_payload(rest, packet);
  }
  packet.protocol = protocol;
  decode_transport(*protocol, rest, packet);
}

}  // namespace vethlab::capture
