#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>

#include "raw_node.h"

namespace vethlab::bench {

// What a reply repeats of its request (RFC 792), host byte order.
struct EchoName {
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
};

// One echo request with ping's usual 56 bytes of payload.
void send_echo(const RawNode& from, in_addr to, EchoName name);

// A reply that has come; empty: none has, yet.
[[nodiscard]] std::optional<EchoName> take_reply(const RawNode& node);

// One echo and its reply. Throws after a second without one.
void ping(const RawNode& from, in_addr to);

}  // namespace vethlab::bench
