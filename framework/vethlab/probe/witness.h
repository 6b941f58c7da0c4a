// private
#pragma once

#include <vethlab/base/probe.h>

#include <cstdint>
#include <optional>
#include <set>
#include <span>

namespace vethlab::probe {

// A witness is a raw TCP or UDP socket in the node that a probe is meant for: the kernel gives it a
// copy of each segment or datagram before it handles that, so that by the time of an answer the
// witness has what was answered.

// What one attempt is known by, wherever it is seen, also behind a NAT that rewrites ports: of TCP the
// SYN's sequence number, of UDP the cookie that the datagram begins with. (One with fewer bytes than
// that: its source port, as good as one can.)
struct Mark {
  std::uint64_t value = 0;
  std::uint16_t own_port = 0;  // of UDP, where an answer may have the same cookie and goes there
};
inline constexpr int kCookieBytes = 8;

// What a witness got: a mark, and the port it went to.
struct Sighting {
  std::uint64_t value = 0;
  std::uint16_t to_port = 0;
  friend bool operator==(const Sighting&, const Sighting&) = default;
  friend bool operator<(const Sighting& a, const Sighting& b) {
    return a.value != b.value ? a.value < b.value : a.to_port < b.to_port;
  }
};
bool has_seen(const std::set<Sighting>& seen, const Mark& mark);

// Once for each witness: what it needs not hear is left out. Throws Refusal.
void prepare_witness(int socket, Family family, Transport transport);

// What a witness got: in IPv4 with its IP header, in IPv6 without. Pure. None: cut off.
std::optional<Sighting> read_sighting(Family family, Transport transport,
                                      std::span<const std::uint8_t> packet);

// Adds all that it has got, without waiting.
void drain_witness(int socket, Family family, Transport transport, std::set<Sighting>& seen);

}  // namespace vethlab::probe
