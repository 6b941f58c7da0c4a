// private
#pragma once

#include <vethlab/capture/packet.h>
#include <vethlab/capture/part.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

// Bytes to values: pure, for whatever bytes. A header that is cut or wrong ends the decoding, and the
// summary says so as tcpdump does ("[|tcp]"); what stood before it holds.
namespace vethlab::capture {

// `length` is that on the wire, at least bytes.size(). Time, interface and direction are the caller's.
Packet decode(LinkLayer link_layer, std::vector<std::uint8_t> bytes, std::size_t length);

// The layers. Each fills in what is its own, and goes on with what it carries.
void decode_ethernet(Part frame, Packet& packet);
void decode_arp(Part arp, Packet& packet);
void decode_ip(Part ip, Packet& packet);  // IPv4 or IPv6, by the version that it says
void decode_ipv4(Part ip, Packet& packet);
void decode_ipv6(Part ip, Packet& packet);
void decode_transport(int protocol, Part part, Packet& packet);
void decode_icmp(Part icmp, Packet& packet);
void decode_icmp6(Part icmp, Packet& packet);
void decode_tcp(Part tcp, Packet& packet);
void decode_udp(Part udp, Packet& packet);

// The destination port of what an ICMP error quotes, which may be cut after it.
std::optional<std::uint16_t> quoted_port(const Packet& about);

// Where decoding ends: the rest is the payload.
void set_payload(Part rest, Packet& packet);

}  // namespace vethlab::capture
