// private
#pragma once

#include <vethlab/base/probe.h>

#include <optional>

namespace vethlab {

// What an ICMP (RFC 792, 1122, 1812) or ICMPv6 (RFC 4443) message says of the packet that it quotes.
// Empty for a type that refuses nothing (a redirect, a neighbour's solicitation).
std::optional<IcmpError> icmp_error(Family family, int type, int code);

}  // namespace vethlab
