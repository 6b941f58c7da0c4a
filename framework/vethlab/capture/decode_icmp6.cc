#include <vethlab/capture/decode.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <string>

#include <fmt/format.h>

namespace vethlab::capture {
namespace {

constexpr std::size_t kHeader = 8;

// The same as in decode_icmp.cc, with a small extension header.
Packet quoted(Part icmp) {
  Packet packet;
  if (icmp.has(kHeader + 40)) decode_ipv6(icmp.after(kHeader).first(40 + 8 + 4), packet);
  return packet;
}

std::string unreachable(Part icmp) {
  const Packet about = quoted(icmp);
  const std::string dst = about.dst ? about.dst->text() : "[|ip6]";
  switch (icmp.bytes[1]) {
    case ICMP6_DST_UNREACH_NOROUTE: return fmt::format("unreachable route {}", dst);
    case ICMP6_DST_UNREACH_ADMIN: return fmt::format("unreachable prohibited {}", dst);
    case ICMP6_DST_UNREACH_BEYONDSCOPE: return fmt::format("beyond scope {}", dst);
    case ICMP6_DST_UNREACH_ADDR: return fmt::format("unreachable address {}", dst);
    case ICMP6_DST_UNREACH_NOPORT: break;
    default: return fmt::format("code-#{}", icmp.bytes[1]);
  }
  const int protocol = about.protocol.value_or(0);
  const auto port = quoted_port(about);
  if (port && (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP))
    return fmt::format("unreachable port, {} {} port {}", dst,
                       protocol == IPPROTO_TCP ? "tcp" : "udp", *port);
  return fmt::format("unreachable port, {} protocol {}", dst, protocol);
}

// The address that a solicitation or an advertisement is about (RFC 4861).
std::string target(Part icmp) {
  return icmp.has(kHeader + 16) ? IpAddress::from_bytes(icmp.bytes.subspan(kHeader, 16)).text()
                                : "[|icmp6]";
}

std::string words(Part icmp, const Packet& packet) {
  switch (*packet.icmp_type) {
    case ICMP6_ECHO_REQUEST:
    case ICMP6_ECHO_REPLY:
      return fmt::format("echo {}, id {}, seq {}",
                         packet.icmp_type == ICMP6_ECHO_REQUEST ? "request" : "reply",
                         *packet.echo_id, *packet.echo_seq);
    case ICMP6_DST_UNREACH: return "destination unreachable, " + unreachable(icmp);
    case ICMP6_PACKET_TOO_BIG: return fmt::format("packet too big, mtu {}", u32(icmp.bytes, 4));
    case ICMP6_TIME_EXCEEDED: {
      const Packet about = quoted(icmp);
      return fmt::format("time exceeded {} for {}",
                         packet.icmp_code == 0 ? "in-transit" : "in reassembly",
                         about.dst ? about.dst->text() : "[|ip6]");
    }
    case ICMP6_PARAM_PROB: return fmt::format("parameter problem, code-#{}", *packet.icmp_code);
    case ND_ROUTER_SOLICIT: return "router solicitation";
    case ND_ROUTER_ADVERT: return "router advertisement";
    case ND_NEIGHBOR_SOLICIT: return "neighbor solicitation, who has " + target(icmp);
    case ND_NEIGHBOR_ADVERT: return "neighbor advertisement, tgt is " + target(icmp);
    case ND_REDIRECT: return "redirect";
    case MLD_LISTENER_QUERY: return "multicast listener query";
    case MLD_LISTENER_REPORT: return "multicast listener report";
    case 143:  // RFC 3810
      return fmt::format("multicast listener report v2, {} group record(s)", u16(icmp.bytes, 6));
    default: return fmt::format("unknown icmp6 type ({})", *packet.icmp_type);
  }
}

}  // namespace

void decode_icmp6(Part icmp, Packet& packet) {
  packet.summary += "ICMP6, ";
  if (!icmp.has(kHeader)) {
    packet.summary += "[|icmp6]";
    return set_payload(icmp, packet);
  }
  packet.icmp_type = icmp.bytes[0];
  packet.icmp_code = icmp.bytes[1];
  const int type = *packet.icmp_type;
  if (type == ICMP6_ECHO_REQUEST || type == ICMP6_ECHO_REPLY) {
    packet.echo_id = u16(icmp.bytes, 4);
    packet.echo_seq = u16(icmp.bytes, 6);
  }
  packet.summary += fmt::format("{}, length {}", words(icmp, packet), icmp.length);
  set_payload(icmp.after(kHeader), packet);
}

}  // namespace vethlab::capture
