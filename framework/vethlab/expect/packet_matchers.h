#pragma once

#include <vethlab/base/client_address.h>
#include <vethlab/capture/packet.h>
#include <vethlab/expect/field_matcher.h>
#include <vethlab/expect/table_matching.h>
#include <vethlab/expect/value_matchers.h>

#include <gmock/gmock.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vethlab {

namespace internal {

template <>
inline constexpr bool kInTables<Packet> = true;

// clang-format off
struct GetDst       { const auto& operator()(const auto& v) const { return v.dst; } };
struct GetSrcPort   { const auto& operator()(const auto& v) const { return v.src_port; } const int& operator()(const ClientAddress& c) const { return c.port; } };
struct GetDstPort   { const auto& operator()(const auto& v) const { return v.dst_port; } };
struct GetSrcMac    { const auto& operator()(const auto& v) const { return v.src_mac; } };
struct GetDstMac    { const auto& operator()(const auto& v) const { return v.dst_mac; } };
struct GetVlan      { const auto& operator()(const auto& v) const { return v.vlan; } };
struct GetDirection { const auto& operator()(const auto& v) const { return v.direction; } };
struct GetLinkType  { const auto& operator()(const auto& v) const { return v.link_layer; } };
struct GetProtocol  { const auto& operator()(const auto& v) const { return v.protocol; } };
struct GetTos       { const auto& operator()(const auto& v) const { return v.tos; } };
struct GetIcmpType  { const auto& operator()(const auto& v) const { return v.icmp_type; } };
struct GetIcmpCode  { const auto& operator()(const auto& v) const { return v.icmp_code; } };
struct GetLength    { const auto& operator()(const auto& v) const { return v.length; } };
struct GetEtherType { const auto& operator()(const auto& v) const { return v.ether_type; } static void say(std::ostream& os, std::uint16_t type) { say_hex(os, type); } };
struct GetArpOp     { const auto& operator()(const auto& v) const { return v.arp_op; } };
struct GetArpSrcMac { const auto& operator()(const auto& v) const { return v.arp_src_mac; } };
struct GetArpDstMac { const auto& operator()(const auto& v) const { return v.arp_dst_mac; } };
struct GetIpId      { const auto& operator()(const auto& v) const { return v.ip_id; } };
struct GetOffset    { const auto& operator()(const auto& v) const { return v.fragment_offset; } };
struct GetEchoId    { const auto& operator()(const auto& v) const { return v.echo_id; } };
struct GetEchoSeq   { const auto& operator()(const auto& v) const { return v.echo_seq; } };
struct GetSeq       { const auto& operator()(const auto& v) const { return v.seq; } };
struct GetAck       { const auto& operator()(const auto& v) const { return v.ack; } };
struct GetWindow    { const auto& operator()(const auto& v) const { return v.window; } };
struct GetDf        { bool operator()(const Packet& p) const { return p.dont_fragment; } };
struct GetMf        { bool operator()(const Packet& p) const { return p.more_fragments; } };
struct GetSummary   { const auto& operator()(const auto& v) const { return v.summary; } };
// clang-format on
}  // namespace internal

// Of a Packet, besides Src, Dev, Flags (value_matchers.h) and Ttl (report_matchers.h); some are of others,
// too. Each takes a value or a matcher: DstPort(53), Ttl(Lt(64)), Flags("SA"), Protocol(IPPROTO_UDP).
// clang-format off
template <class M> auto Dst(M&& m)      { return internal::field<internal::GetDst>("dst", std::forward<M>(m)); }
template <class M> auto SrcPort(M&& m)  { return internal::field<internal::GetSrcPort>("src port", std::forward<M>(m)); }
template <class M> auto DstPort(M&& m)  { return internal::field<internal::GetDstPort>("dst port", std::forward<M>(m)); }
template <class M> auto SrcMac(M&& m)   { return internal::field<internal::GetSrcMac>("src mac", std::forward<M>(m)); }
template <class M> auto DstMac(M&& m)   { return internal::field<internal::GetDstMac>("dst mac", std::forward<M>(m)); }
template <class M> auto Vlan(M&& m)     { return internal::field<internal::GetVlan>("vlan", std::forward<M>(m)); }
template <class M> auto Goes(M&& m)     { return internal::field<internal::GetDirection>("direction", std::forward<M>(m)); }
template <class M> auto LinkType(M&& m) { return internal::field<internal::GetLinkType>("link type", std::forward<M>(m)); }
template <class M> auto Protocol(M&& m) { return internal::field<internal::GetProtocol>("protocol", std::forward<M>(m)); }
template <class M> auto Tos(M&& m)      { return internal::field<internal::GetTos>("tos", std::forward<M>(m)); }
template <class M> auto IcmpType(M&& m) { return internal::field<internal::GetIcmpType>("icmp type", std::forward<M>(m)); }
template <class M> auto IcmpCode(M&& m) { return internal::field<internal::GetIcmpCode>("icmp code", std::forward<M>(m)); }
template <class M> auto Length(M&& m)   { return internal::field<internal::GetLength>("length", std::forward<M>(m)); }
template <class M> auto EtherType(M&& m) { return internal::field<internal::GetEtherType>("ether type", std::forward<M>(m)); }
template <class M> auto ArpOp(M&& m)    { return internal::field<internal::GetArpOp>("ARP op", std::forward<M>(m)); }  // 1 request, 2 reply
template <class M> auto ArpSrcMac(M&& m) { return internal::field<internal::GetArpSrcMac>("ARP src mac", std::forward<M>(m)); }
template <class M> auto ArpDstMac(M&& m) { return internal::field<internal::GetArpDstMac>("ARP dst mac", std::forward<M>(m)); }
template <class M> auto IpId(M&& m)     { return internal::field<internal::GetIpId>("id", std::forward<M>(m)); }
template <class M> auto FragmentOffset(M&& m) { return internal::field<internal::GetOffset>("fragment offset", std::forward<M>(m)); }
template <class M> auto EchoId(M&& m)   { return internal::field<internal::GetEchoId>("echo id", std::forward<M>(m)); }
template <class M> auto EchoSeq(M&& m)  { return internal::field<internal::GetEchoSeq>("echo seq", std::forward<M>(m)); }
template <class M> auto TcpSeq(M&& m)   { return internal::field<internal::GetSeq>("seq", std::forward<M>(m)); }
template <class M> auto TcpAck(M&& m)   { return internal::field<internal::GetAck>("ack", std::forward<M>(m)); }
template <class M> auto TcpWindow(M&& m) { return internal::field<internal::GetWindow>("window", std::forward<M>(m)); }
template <class M> auto Summary(M&& m)  { return internal::field<internal::GetSummary>("summary", std::forward<M>(m)); }
// clang-format on

testing::Matcher<const Packet&> HasFlags(TcpFlags flags);  // these at least: HasFlags("R")
testing::Matcher<const Packet&> HasDf();                   // IPv4: it must not be fragmented
testing::Matcher<const Packet&> HasMf();                   // more fragments follow
testing::Matcher<const Packet&> IsArp();
testing::Matcher<const Packet&> IsIcmp();  // ICMP and ICMPv6
testing::Matcher<const Packet&> IsTcp();
testing::Matcher<const Packet&> IsUdp();

// Its payload has these bytes somewhere. Of a packet that was cut, and does not have them in what
// is left, nobody knows: std::runtime_error.
testing::Matcher<const Packet&> Carries(TextView bytes);

namespace internal {
using PacketList = std::vector<Packet>;
testing::Matcher<const PacketList&> sees(std::vector<testing::Matcher<const Packet&>> steps);
}  // namespace internal

// Packets for each of these, in this order, others between them allowed:
// Sees(IsArp(), Flags("S"), Flags("SA")). How often: Contains(…).Times(2).
template <class... M>
testing::Matcher<const internal::PacketList&> Sees(const M&... steps) {
  return internal::sees({testing::SafeMatcherCast<const Packet&>(steps)...});
}

// None of the packets is such a one; a failure shows those that are.
testing::Matcher<const internal::PacketList&> SeesNo(testing::Matcher<const Packet&> such);

}  // namespace vethlab
