#include <vethlab/icmp/echo.h>

#include <vethlab/base/icmp_error.h>
#include <vethlab/base/network_bytes.h>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <algorithm>

namespace vethlab::icmp {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeader = 8;  // of ICMP and ICMPv6

std::uint16_t checksum(Bytes bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.value();
}

EchoKey key_of(Bytes echo) {
  EchoKey key{u16(echo, 4), u16(echo, 6), 0, 0};
  for (std::size_t i = kHeader; i < echo.size() && key.cookie_bytes < 8; ++i, ++key.cookie_bytes)
    key.cookie |= static_cast<std::uint64_t>(echo[i]) << (8 * key.cookie_bytes);
  return key;
}

// The ICMP part of an IPv4 packet; empty where there is none. Of a quoted packet the end may be
// missing, and its total length may say more.
Bytes ipv4_payload(Bytes packet) {
  if (packet.size() < 20 || packet[0] >> 4 != 4 || packet[9] != IPPROTO_ICMP) return {};
  const std::size_t header = (packet[0] & 0xfU) * 4U;
  const bool later_fragment = (u16(packet, 6) & 0x1fff) != 0;
  if (header < 20 || packet.size() < header + kHeader || later_fragment) return {};
  return packet.subspan(header);
}

Bytes ipv6_payload(Bytes packet) {
  if (packet.size() < 40 || packet[0] >> 4 != 6) return {};
  std::uint8_t next = packet[6];
  packet = packet.subspan(40);
  if (next == IPPROTO_FRAGMENT && packet.size() >= 8 && (u16(packet, 2) & 0xfff8) == 0) {
    next = packet[0];
    packet = packet.subspan(8);
  }
  return next == IPPROTO_ICMPV6 && packet.size() >= kHeader ? packet : Bytes{};
}

int request_type(Family family) { return family == Family::kIpv4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST; }

Seen read_error(Family family, Bytes icmp, IcmpError error, const IpAddress& from) {
  const Bytes quoted = icmp.subspan(kHeader);
  const Bytes echo = family == Family::kIpv4 ? ipv4_payload(quoted) : ipv6_payload(quoted);
  if (echo.empty() || echo[0] != request_type(family)) return {};  // not about an echo
  Seen seen{Seen::Kind::kError, key_of(echo), {}, {error, icmp[0], icmp[1], from, {}}};
  if (error == IcmpError::kPacketTooBig)
    seen.error.mtu = family == Family::kIpv4 ? u16(icmp, 6) : static_cast<int>(u32(icmp, 4));
  return seen;
}

}  // namespace

bool matches(const EchoKey& sent, const EchoKey& seen) {
  const int bytes = std::min(sent.cookie_bytes, seen.cookie_bytes);
  const std::uint64_t mask = bytes == 8 ? ~0ULL : (1ULL << (8 * bytes)) - 1;
  if (((sent.cookie ^ seen.cookie) & mask) != 0) return false;
  return bytes == 8 ? sent.sequence == seen.sequence
                    : sent.id == seen.id && sent.sequence == seen.sequence;
}

std::vector<std::uint8_t> build_echo(Family family, const EchoKey& key, int payload) {
  std::vector<std::uint8_t> echo(kHeader + static_cast<std::size_t>(payload));
  echo[0] = static_cast<std::uint8_t>(request_type(family));
  echo[4] = static_cast<std::uint8_t>(key.id >> 8);
  echo[5] = static_cast<std::uint8_t>(key.id);
  echo[6] = static_cast<std::uint8_t>(key.sequence >> 8);
  echo[7] = static_cast<std::uint8_t>(key.sequence);
  for (std::size_t i = kHeader; i < echo.size(); ++i) {
    const std::size_t n = i - kHeader;
    echo[i] = static_cast<std::uint8_t>(n < 8 ? key.cookie >> (8 * n) : n);
  }
  if (family == Family::kIpv4) {
    const std::uint16_t sum = checksum(echo);
    echo[2] = static_cast<std::uint8_t>(sum >> 8);
    echo[3] = static_cast<std::uint8_t>(sum);
  }
  return echo;
}

Seen read_packet(Family family, Bytes packet, const IpAddress& from) {
  const bool v4 = family == Family::kIpv4;
  const Bytes icmp = v4 ? ipv4_payload(packet) : packet;
  if (icmp.size() < kHeader) return {};
  if (v4 && checksum(icmp) != 0) return {};  // a raw socket gets it before the kernel looks

  Seen seen;
  const int type = icmp[0];
  if (const auto error = icmp_error(family, type, icmp[1])) {
    seen =
        read_error(family, icmp, *error, v4 ? IpAddress::from_bytes(packet.subspan(12, 4)) : from);
  } else if (type == request_type(family)) {
    seen = {Seen::Kind::kRequest, key_of(icmp), {}, {}};
  } else if (type == (v4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY)) {
    seen = {Seen::Kind::kReply, key_of(icmp), {}, {}};
  }
  if (v4) seen.ttl = packet[8];
  return seen;
}

}  // namespace vethlab::icmp
