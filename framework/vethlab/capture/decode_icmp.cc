#include <vethlab/capture/decode.h>

#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <string>

#include <fmt/format.h>

namespace vethlab::capture {
namespace {

constexpr std::size_t kHeader = 8;

// The header that an error quotes, and the ports behind it: no more, as errors may be quoted in errors.
Packet quoted(Part icmp) {
  Packet packet;
  if (icmp.has(kHeader + 20)) decode_ipv4(icmp.after(kHeader).first(60 + 4), packet);
  return packet;
}

std::string port_unreachable(const Packet& about, const std::string& dst) {
  const int protocol = about.protocol.value_or(0);
  const auto port = quoted_port(about);
  if (port && (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP))
    return fmt::format("{} {} port {} unreachable", dst, protocol == IPPROTO_TCP ? "tcp" : "udp",
                       *port);
  return fmt::format("{} protocol {} port unreachable", dst, protocol);
}

std::string unreachable(Part icmp) {
  const Packet about = quoted(icmp);
  const std::string dst = about.dst ? about.dst->text() : "[|ip]";
  const int mtu = u16(icmp.bytes, 6);
  switch (icmp.bytes[1]) {
    case ICMP_NET_UNREACH: return fmt::format("net {} unreachable", dst);
    case ICMP_HOST_UNREACH: return fmt::format("host {} unreachable", dst);
    case ICMP_PROT_UNREACH:
      return fmt::format("{} protocol {} unreachable", dst, about.protocol.value_or(0));
    case ICMP_PORT_UNREACH: return port_unreachable(about, dst);
    case ICMP_FRAG_NEEDED:
      return mtu == 0 ? fmt::format("{} unreachable - need to frag", dst)
                      : fmt::format("{} unreachable - need to frag (mtu {})", dst, mtu);
    case ICMP_SR_FAILED: return fmt::format("{} unreachable - source route failed", dst);
    case ICMP_NET_UNKNOWN: return fmt::format("net {} unreachable - unknown", dst);
    case ICMP_HOST_UNKNOWN: return fmt::format("host {} unreachable - unknown", dst);
    case ICMP_NET_ANO: return fmt::format("net {} unreachable - admin prohibited", dst);
    case ICMP_HOST_ANO: return fmt::format("host {} unreachable - admin prohibited", dst);
    case ICMP_PKT_FILTERED:
      return fmt::format("host {} unreachable - admin prohibited filter", dst);
    default: return fmt::format("{} unreachable - #{}", dst, icmp.bytes[1]);
  }
}

std::string redirect(Part icmp) {
  const Packet about = quoted(icmp);
  return fmt::format("redirect {} to {} {}", about.dst ? about.dst->text() : "[|ip]",
                     icmp.bytes[1] % 2 == 0 ? "net" : "host",
                     IpAddress::from_bytes(icmp.bytes.subspan(4, 4)).text());
}

std::string words(Part icmp, const Packet& packet) {
  switch (*packet.icmp_type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY:
      return fmt::format("echo {}, id {}, seq {}",
                         packet.icmp_type == ICMP_ECHO ? "request" : "reply", *packet.echo_id,
                         *packet.echo_seq);
    case ICMP_DEST_UNREACH: return unreachable(icmp);
    case ICMP_REDIRECT: return redirect(icmp);
    case ICMP_TIME_EXCEEDED:
      return packet.icmp_code == 0 ? "time exceeded in-transit" : "ip reassembly time exceeded";
    case ICMP_PARAMETERPROB: return fmt::format("parameter problem - octet {}", icmp.bytes[4]);
    default: return fmt::format("type-#{}", *packet.icmp_type);
  }
}

}  // namespace

std::optional<std::uint16_t> quoted_port(const Packet& about) {
  if (about.dst_port) return about.dst_port;
  if (about.payload.size() < 4) return std::nullopt;  // a cut transport header is the payload
  return u16(about.payload, 2);
}

void decode_icmp(Part icmp, Packet& packet) {
  packet.summary += "ICMP ";
  if (!icmp.has(kHeader)) {
    packet.summary += "[|icmp]";
    return set_payload(icmp, packet);
  }
  packet.icmp_type = icmp.bytes[0];
  packet.icmp_code = icmp.bytes[1];
  const int type = *packet.icmp_type;
  if (type == ICMP_ECHO || type == ICMP_ECHOREPLY) {
    packet.echo_id = u16(icmp.bytes, 4);
    packet.echo_seq = u16(icmp.bytes, 6);
  }
  packet.summary += fmt::format("{}, length {}", words(icmp, packet), icmp.length);
  set_payload(icmp.after(kHeader), packet);
}

}  // namespace vethlab::capture
