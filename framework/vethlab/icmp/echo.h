// private
#pragma once

#include <vethlab/base/probe.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vethlab::icmp {

// Building and reading ICMP and ICMPv6 echoes: pure, no socket. RFC 792, RFC 4443.

// What makes an echo ours. The cookie is the first eight bytes of the payload (fewer where the
// payload is shorter): it survives a NAT that rewrites the id.
struct EchoKey {
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  std::uint64_t cookie = 0;
  int cookie_bytes = 0;  // how many of them there are: 0 to 8
};
bool matches(const EchoKey& sent,
             const EchoKey& seen);  // id and sequence too where the cookie is cut

// An echo request with `payload` bytes after its header. ICMPv6's checksum is left to the kernel.
std::vector<std::uint8_t> build_echo(Family family, const EchoKey& key, int payload);

struct Seen {
  enum class Kind : std::uint8_t { kOther, kRequest, kReply, kError };
  Kind kind = Kind::kOther;
  EchoKey key = {};             // of an error: of the echo that it quotes
  std::optional<int> ttl = {};  // IPv4: of the packet; IPv6: not in what a socket gives
  IcmpAnswer error = {};        // with kError
};

// What a raw ICMP socket received: in IPv4 with its IP header, in IPv6 without; `from` is its sender
// (in IPv4 what the header says). Truncated, foreign and malformed packets are kOther.
Seen read_packet(Family family, std::span<const std::uint8_t> packet, const IpAddress& from);

}  // namespace vethlab::icmp
