#include <vethlab/capture/decode.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <string>

#include <fmt/format.h>

namespace vethlab::capture {
namespace {

constexpr std::size_t kTcp = 20;
constexpr std::size_t kUdp = 8;

// "mss 1460", "TS val 1 ecr 0": the options that TCP stacks send (RFC 9293, 7323, 2018).
std::string tcp_option(int kind, Bytes value) {
  const std::size_t size = value.size();
  if (kind == 2 && size == 2) return fmt::format("mss {}", u16(value, 0));
  if (kind == 3 && size == 1) return fmt::format("wscale {}", value[0]);
  if (kind == 4 && size == 0) return "sackOK";
  if (kind == 5 && size >= 8 && size % 8 == 0) {
    std::string text = fmt::format("sack {} ", size / 8);
    for (std::size_t i = 0; i < size; i += 8)
      text += fmt::format("{{{}:{}}}", u32(value, i), u32(value, i + 4));
    return text;
  }
  if (kind == 8 && size == 8) return fmt::format("TS val {} ecr {}", u32(value, 0), u32(value, 4));
  return fmt::format("unknown-{}", kind);
}

std::string tcp_options(Bytes options) {
  std::string text;
  while (!options.empty()) {
    const int kind = options[0];
    if (!text.empty()) text += ',';
    if (kind == 0) return text + "eol";
    if (kind == 1) {
      text += "nop";
      options = options.subspan(1);
      continue;
    }
    const std::size_t size = options.size() < 2 ? 0 : options[1];
    if (size < 2 || size > options.size()) return text + "[bad opt]";
    text += tcp_option(kind, options.subspan(2, size - 2));
    options = options.subspan(size);
  }
  return text;
}

}  // namespace

void decode_transport(int protocol, Part part, Packet& packet) {
  if (packet.fragment_offset == 0) {
    switch (protocol) {
      case IPPROTO_ICMP: return decode_icmp(part, packet);
      case IPPROTO_ICMPV6: return decode_icmp6(part, packet);
      case IPPROTO_TCP: return decode_tcp(part, packet);
      case IPPROTO_UDP: return decode_udp(part, packet);
      default: break;
    }
  }
  packet.summary += fmt::format("ip-proto-{}", protocol);
  if (packet.fragment_offset != 0)
    packet.summary += fmt::format(", fragment at {}, length", packet.fragment_offset);
  packet.summary += fmt::format(" {}", part.length);
  set_payload(part, packet);
}

void decode_udp(Part udp, Packet& packet) {
  if (!udp.has(kUdp)) {
    packet.summary += "[|udp]";
    return set_payload(udp, packet);
  }
  packet.src_port = u16(udp.bytes, 0);
  packet.dst_port = u16(udp.bytes, 2);
  const std::size_t said = u16(udp.bytes, 4);
  // 0: an offload's, too long. Of a first fragment it is more than is here.
  const std::size_t length = said >= kUdp ? said : udp.length;
  if (said != 0 && said < kUdp) packet.summary += fmt::format("UDP, bad length {}", said);
  else packet.summary += fmt::format("UDP, length {}", length - kUdp);
  set_payload(udp.first(length).after(kUdp), packet);
}

void decode_tcp(Part tcp, Packet& packet) {
  const Bytes b = tcp.bytes;
  if (!tcp.has(kTcp)) {
    packet.summary += "[|tcp]";
    return set_payload(tcp, packet);
  }
  const std::size_t header = (b[12] >> 4) * 4U;
  packet.src_port = u16(b, 0);
  packet.dst_port = u16(b, 2);
  packet.seq = u32(b, 4);
  packet.flags = TcpFlags(b[13]);
  packet.window = u16(b, 14);
  if ((b[13] & TH_ACK) != 0) packet.ack = u32(b, 8);
  if (header < kTcp || header > tcp.length) {
    packet.summary += fmt::format("tcp {} [bad hdr length {}]", tcp.length, header);
    return set_payload(tcp.after(kTcp), packet);
  }
  const Part payload = tcp.after(header);
  packet.summary += fmt::format("Flags [{}]", packet.flags->text());
  if (payload.length > 0)
    packet.summary += fmt::format(", seq {}:{}", *packet.seq,
                                  static_cast<std::uint32_t>(*packet.seq + payload.length));
  else if ((b[13] & (TH_FIN | TH_SYN | TH_RST)) != 0)
    packet.summary += fmt::format(", seq {}", *packet.seq);
  if (packet.ack) packet.summary += fmt::format(", ack {}", *packet.ack);
  packet.summary += fmt::format(", win {}", *packet.window);
  const Bytes options = tcp.first(header).after(kTcp).bytes;
  if (!options.empty()) packet.summary += fmt::format(", options [{}]", tcp_options(options));
  packet.summary += fmt::format(", length {}", payload.length);
  set_payload(payload, packet);
}

}  // namespace vethlab::capture
