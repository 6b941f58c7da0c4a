#include <vethlab/diagnosis/trace_text.h>

#include <vethlab/base/kernel_release.h>
#include <vethlab/diagnosis/causes.h>

#include <utility>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

std::string match_of(const Case& judged, const Packet& packet) {
  const bool v4 = packet.dst && packet.dst->family() == Family::kIpv4;
  const char* const ip = v4 ? "ip" : "ip6";
  const bool icmp = judged.transport == Transport::kIcmp || packet.icmp_type;
  const std::string protocol = icmp                                  ? (v4 ? "icmp" : "icmpv6")
                               : judged.transport == Transport::kTcp ? "tcp"
                                                                     : "udp";
  std::string match = "meta l4proto " + protocol;
  if (packet.src) match += fmt::format(" {} saddr {}", ip, packet.src->text());
  if (packet.dst) match += fmt::format(" {} daddr {}", ip, packet.dst->text());
  if (packet.more_fragments) return match;
  if (packet.icmp_type) match += fmt::format(" {} type {}", protocol, *packet.icmp_type);
  // Others may talk to each other, too. The client's own port is another in each probe.
  constexpr int kClients = 32768;  // and above: net.ipv4.ip_local_port_range
  const int from = packet.src_port.value_or(kClients);
  const int to = packet.dst_port.value_or(kClients);
  if (!icmp && to < kClients && from >= kClients)
    match += fmt::format(" {} dport {}", protocol, to);
  if (!icmp && from < kClients && to >= kClients)
    match += fmt::format(" {} sport {}", protocol, from);
  return match;
}

Packet answer_to(const Packet& request) {
  Packet packet = request;
  std::swap(packet.src, packet.dst);
  std::swap(packet.src_port, packet.dst_port);
  if (packet.icmp_type == 8) packet.icmp_type = 0;
  if (packet.icmp_type == 128) packet.icmp_type = 129;
  return packet;
}

// Before Linux 5.11 the kernel complains of itself where a reset is traced that a firewall sends.
std::string match_of_answer(const Case& judged, const Packet& request) {
  const bool resets_too = judged.transport != Transport::kTcp || kernel_is_at_least(5, 11);
  return match_of(judged, answer_to(request)) + (resets_too ? "" : " tcp flags & rst == 0x0");
}

void add_below(Case& judged, const Node& node, const std::string& dev, Traced& traced) {
  const auto link = judged.facts.link(node, dev);
  if (!link || dev == "lo") return;
  traced.dev = dev;
  traced.bridged = !link->master.empty() || link->kind == "bridge";
}

std::string chain(const std::string& family, const std::string& name, const std::string& hook,
                  int priority, const std::vector<std::string>& matches) {
  std::string rules;
  for (const std::string& match : matches) rules += match + " meta nftrace set 1; ";
  return fmt::format("table {} {} {{ chain {} {{ type filter hook {} priority {}; {}}}; }}\n",
                     family, kTraceTable, name, hook, priority, rules);
}

}  // namespace

// Before the node's own routing nothing is known but where it goes.
Traced traced_probe(const Case& judged) {
  const bool v4 = judged.family() == Family::kIpv4;
  Packet packet;
  packet.dst = judged.to;
  if (judged.transport == Transport::kIcmp) packet.icmp_type = v4 ? 8 : 128;
  else packet.dst_port = static_cast<std::uint16_t>(judged.port);
  const std::string match = match_of(judged, packet);
  return {.in = {match}, .out = {match}};
}

Traced traced_packet(Case& judged, const Sighting& about) {
  const Packet& packet = about.packet;
  if (packet.arp_op || (packet.icmp_type && asks_for_neighbour(packet)))
    if (const auto target = neighbour_target(packet))
      return traced_resolution(judged, *about.node, *target, about.in() ? packet.dev : "");
  const std::string match = match_of(judged, packet);
  Traced traced{.in = {match}, .out = {match}};
  if (!about.in()) return traced;
  traced.out.push_back(match_of_answer(judged, packet));
  add_below(judged, *about.node, packet.dev, traced);
  return traced;
}

Traced traced_resolution(Case& judged, const Node& node, const IpAddress& target,
                         const std::string& dev) {
  Traced traced;
  traced.arp = target.family() == Family::kIpv4;
  if (traced.arp) {
    traced.in = {"arp operation request arp daddr ip " + target.text(),
                 "arp operation reply arp saddr ip " + target.text()};
  } else {
    std::string hex;  // an old nft has no word for the target, which follows 8 bytes of ICMPv6
    for (const std::uint8_t byte : target.bytes()) hex += fmt::format("{:02x}", byte);
    for (const int type : {135, 136})
      traced.in.push_back(
          fmt::format("meta l4proto icmpv6 icmpv6 type {} @th,64,128 0x{}", type, hex));
  }
  traced.out = traced.in;
  if (!dev.empty()) add_below(judged, node, dev, traced);
  return traced;
}

// raw's priority is -300, a bridge's and a device's what one likes.
std::string trace_text(const Traced& traced, Below below) {
  const char* const family = traced.arp ? "arp" : "inet";
  const char* const first = traced.arp ? "input" : "prerouting";
  std::string text = chain(family, first, first, -450, traced.in) +
                     chain(family, "output", "output", -450, traced.out);
  if (below == Below::kNo || traced.dev.empty()) return text;
  text +=
      chain("netdev", "ingress", fmt::format("ingress device \"{}\"", traced.dev), -500, traced.in);
  if (traced.bridged) text += chain("bridge", "prerouting", "prerouting", -450, traced.in);
  return text;
}

std::string untrace_text(const std::string& trace_text) {
  std::string text;
  for (const char* const family : {"inet", "arp", "netdev", "bridge"})
    if (trace_text.find(fmt::format("table {} ", family)) != trace_text.npos)
      text += fmt::format("delete table {} {}\n", family, kTraceTable);
  return text;
}

}  // namespace vethlab::diagnosis
