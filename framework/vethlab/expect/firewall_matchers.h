#pragma once

#include <vethlab/expect/field_matcher.h>
#include <vethlab/expect/table_matching.h>
#include <vethlab/firewall/firewall_rule.h>
#include <vethlab/netlink/connection.h>

#include <cstdint>
#include <ostream>
#include <utility>

namespace vethlab {

namespace internal {

template <>
inline constexpr bool kInTables<FirewallRule> = true;
template <>
inline constexpr bool kInTables<FirewallChain> = true;
template <>
inline constexpr bool kInTables<Connection> = true;

// clang-format off
struct GetChain { const auto& operator()(const auto& v) const { return v.chain; } };
struct GetRuleText { const auto& operator()(const auto& v) const { return v.text; } };
struct GetPackets { const auto& operator()(const auto& v) const { return v.packets; } };
struct GetBytes { const auto& operator()(const auto& v) const { return v.bytes; } };
struct GetHandle { const auto& operator()(const auto& v) const { return v.handle; } };
struct GetHook { const auto& operator()(const auto& v) const { return v.hook; } };
struct GetPolicy { const auto& operator()(const auto& v) const { return v.policy; } };
struct GetOriginal { const auto& operator()(const auto& v) const { return v.original; } };
struct GetReply { const auto& operator()(const auto& v) const { return v.reply; } };
struct GetStatus { const auto& operator()(const auto& v) const { return v.status; } };
struct GetTimeout { const auto& operator()(const auto& v) const { return v.timeout; } };
struct GetMark { const auto& operator()(const auto& v) const { return v.mark; } static void say(std::ostream& os, std::uint32_t mark) { say_hex(os, mark); } };
struct GetIcmpId { const auto& operator()(const auto& v) const { return v.icmp_id; } };
// clang-format on
}  // namespace internal

// A matcher for each field of what nft, iptables and conntrack list, each taking a value or a matcher:
// AllOf(Table("nat"), Chain("POSTROUTING"), RuleText(HasSubstr("MASQUERADE")), Packets(Ge(1u))).
// (Table, OfFamily, Type, Priority, State: value_matchers.h. Src, Dst, SrcPort, DstPort, Protocol,
// IcmpType, IcmpCode: packet_matchers.h.)
// clang-format off
template <class M> auto Chain(M&& m) { return internal::field<internal::GetChain>("chain", std::forward<M>(m)); }  // FirewallRule, FirewallChain (its name)
template <class M> auto RuleText(M&& m) { return internal::field<internal::GetRuleText>("rule text", std::forward<M>(m)); }  // FirewallRule
template <class M> auto Packets(M&& m) { return internal::field<internal::GetPackets>("packets", std::forward<M>(m)); }  // FirewallRule, FirewallChain
template <class M> auto Bytes(M&& m) { return internal::field<internal::GetBytes>("bytes", std::forward<M>(m)); }  // FirewallRule, FirewallChain
template <class M> auto Handle(M&& m) { return internal::field<internal::GetHandle>("handle", std::forward<M>(m)); }  // FirewallRule
template <class M> auto Hook(M&& m) { return internal::field<internal::GetHook>("hook", std::forward<M>(m)); }  // FirewallChain: "input"
template <class M> auto Policy(M&& m) { return internal::field<internal::GetPolicy>("policy", std::forward<M>(m)); }  // FirewallChain: "drop"
template <class M> auto Original(M&& m) { return internal::field<internal::GetOriginal>("original", std::forward<M>(m)); }  // Connection: Original(AllOf(Src("10.0.1.2"), DstPort(80)))
template <class M> auto Reply(M&& m) { return internal::field<internal::GetReply>("reply", std::forward<M>(m)); }  // Connection: the same
template <class M> auto Status(M&& m) { return internal::field<internal::GetStatus>("status", std::forward<M>(m)); }  // Connection: Status(Contains("ASSURED"))
template <class M> auto Timeout(M&& m) { return internal::field<internal::GetTimeout>("timeout", std::forward<M>(m)); }  // Connection: Timeout(Le(30s))
template <class M> auto Mark(M&& m) { return internal::field<internal::GetMark>("mark", std::forward<M>(m)); }  // Connection
template <class M> auto IcmpId(M&& m) { return internal::field<internal::GetIcmpId>("icmp id", std::forward<M>(m)); }  // ConnectionTuple
// clang-format on

}  // namespace vethlab
