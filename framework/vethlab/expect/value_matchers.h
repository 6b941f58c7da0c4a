#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/client_address.h>
#include <vethlab/expect/field_matcher.h>
#include <vethlab/expect/table_matching.h>
#include <vethlab/netlink/address.h>
#include <vethlab/netlink/fdb_entry.h>
#include <vethlab/netlink/link.h>
#include <vethlab/netlink/neighbour.h>
#include <vethlab/netlink/route.h>
#include <vethlab/netlink/rule.h>

#include <gmock/gmock.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

namespace vethlab {

namespace internal {

template <>
inline constexpr bool kInTables<Link> = true;
template <>
inline constexpr bool kInTables<InterfaceAddress> = true;
template <>
inline constexpr bool kInTables<Route> = true;
template <>
inline constexpr bool kInTables<NextHop> = true;
template <>
inline constexpr bool kInTables<Neighbour> = true;
template <>
inline constexpr bool kInTables<Rule> = true;
template <>
inline constexpr bool kInTables<FdbEntry> = true;

// clang-format off
struct GetIndex { const auto& operator()(const auto& v) const { return v.index; } };
struct GetNamed { const auto& operator()(const auto& v) const { return v.name; } };
struct GetFlags { const auto& operator()(const auto& v) const { return v.flags; } };
struct GetMtu { const auto& operator()(const auto& v) const { return v.mtu; } };
struct GetQdisc { const auto& operator()(const auto& v) const { return v.qdisc; } };
struct GetMaster { const auto& operator()(const auto& v) const { return v.master; } };
struct GetState { const auto& operator()(const auto& v) const { return v.state; } };
struct GetQlen { const auto& operator()(const auto& v) const { return v.qlen; } };
struct GetType { const auto& operator()(const auto& v) const { return v.type; } const std::string& operator()(const Rule& r) const { return r.action; } };
struct GetMac { const auto& operator()(const auto& v) const { return v.mac; } };
struct GetBrd { const auto& operator()(const auto& v) const { return v.brd; } };
struct GetKind { const auto& operator()(const auto& v) const { return v.kind; } };
struct GetPeerIndex { const auto& operator()(const auto& v) const { return v.peer_index; } };
struct GetLinkNetnsid { const auto& operator()(const auto& v) const { return v.link_netnsid; } };
struct GetPeer { const auto& operator()(const auto& v) const { return v.peer; } };
struct GetLinkNetns { const auto& operator()(const auto& v) const { return v.link_netns; } };
struct GetInet { const auto& operator()(const auto& v) const { return v.address; } };
struct GetScope { const auto& operator()(const auto& v) const { return v.scope; } };
struct GetDev { const auto& operator()(const auto& v) const { return v.dev; } };
struct GetValid { const auto& operator()(const auto& v) const { return v.valid; } static constexpr auto kNone = "forever"; };
struct GetPreferred { const auto& operator()(const auto& v) const { return v.preferred; } static constexpr auto kNone = "forever"; };
struct GetTo { const auto& operator()(const auto& v) const { return v.to; } };
struct GetVia { const auto& operator()(const auto& v) const { return v.via; } };
struct GetTable { const auto& operator()(const auto& v) const { return v.table; } };
struct GetProto { const auto& operator()(const auto& v) const { return v.proto; } };
struct GetSrc { const auto& operator()(const auto& v) const { return v.src; } const IpAddress& operator()(const ClientAddress& c) const { return c.address; } };
struct GetMetric { const auto& operator()(const auto& v) const { return v.metric; } };
struct GetNextHops { const auto& operator()(const auto& v) const { return v.nexthops; } };
struct GetWeight { const auto& operator()(const auto& v) const { return v.weight; } };
struct GetLladdr { const auto& operator()(const auto& v) const { return v.lladdr; } };
struct GetPriority { const auto& operator()(const auto& v) const { return v.priority; } };
struct GetOfFamily { const auto& operator()(const auto& v) const { return v.family; } };
struct GetFrom { const auto& operator()(const auto& v) const { return v.from; } static constexpr auto kNone = "all"; };
struct GetFwMark { const auto& operator()(const auto& v) const { return v.fwmark; } static void say(std::ostream& os, std::uint32_t mark) { say_hex(os, mark); } };
struct GetFwMask { const auto& operator()(const auto& v) const { return v.fwmask; } static void say(std::ostream& os, std::uint32_t mark) { say_hex(os, mark); } };
struct GetIif { const auto& operator()(const auto& v) const { return v.iif; } };
struct GetOif { const auto& operator()(const auto& v) const { return v.oif; } };
struct GetTentative { bool operator()(const InterfaceAddress& a) const { return a.tentative; } };
struct GetDadFailed { bool operator()(const InterfaceAddress& a) const { return a.dadfailed; } };
struct GetSelf      { bool operator()(const FdbEntry& e) const { return e.self; } };
struct GetRouter    { bool operator()(const Neighbour& n) const { return n.router; } };
// clang-format on
}  // namespace internal

// A matcher for each field, in `ip`'s words: one name for all values that have the field. Each takes a
// value or a matcher: Mtu(1500), Mtu(Ge(1400)), Via("10.0.0.1"), Via(_), To("default"). What may be
// missing is matched by std::nullopt, Via(std::nullopt); text that is missing is also empty, Master("").
// A mismatch says what the field holds: "which has mtu 1500", "which has no via".
// clang-format off
template <class M> auto Index(M&& m) { return internal::field<internal::GetIndex>("index", std::forward<M>(m)); }  // Link, InterfaceAddress
template <class M> auto Named(M&& m) { return internal::field<internal::GetNamed>("name", std::forward<M>(m)); }  // Link
template <class M> auto Flags(M&& m) { return internal::field<internal::GetFlags>("flags", std::forward<M>(m)); }  // Link, InterfaceAddress, Route, NextHop: Flags(Contains("NOARP")); Packet: Flags("SA")
template <class M> auto Mtu(M&& m) { return internal::field<internal::GetMtu>("mtu", std::forward<M>(m)); }  // Link, Route (of its own); IcmpAnswer
template <class M> auto Qdisc(M&& m) { return internal::field<internal::GetQdisc>("qdisc", std::forward<M>(m)); }  // Link
template <class M> auto Master(M&& m) { return internal::field<internal::GetMaster>("master", std::forward<M>(m)); }  // Link, FdbEntry
template <class M> auto State(M&& m) { return internal::field<internal::GetState>("state", std::forward<M>(m)); }  // Link: OperState::kUp; Neighbour, FdbEntry, Connection: "STALE"
template <class M> auto Qlen(M&& m) { return internal::field<internal::GetQlen>("qlen", std::forward<M>(m)); }  // Link
template <class M> auto Type(M&& m) { return internal::field<internal::GetType>("type", std::forward<M>(m)); }  // Route, Rule (its action): "blackhole"; Link: the hardware's, "ether"; FirewallChain: "nat"; IcmpAnswer: the number
template <class M> auto Mac(M&& m) { return internal::field<internal::GetMac>("mac", std::forward<M>(m)); }  // Link, FdbEntry
template <class M> auto Brd(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetBrd>("brd", std::forward<M>(m), caller); }  // Link; InterfaceAddress
template <class M> auto Kind(M&& m) { return internal::field<internal::GetKind>("kind", std::forward<M>(m)); }  // Link: "veth"
template <class M> auto PeerIndex(M&& m) { return internal::field<internal::GetPeerIndex>("peer index", std::forward<M>(m)); }  // Link
template <class M> auto LinkNetnsid(M&& m) { return internal::field<internal::GetLinkNetnsid>("link-netnsid", std::forward<M>(m)); }  // Link
template <class M> auto Peer(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetPeer>("peer", std::forward<M>(m), caller); }  // Link: the name; InterfaceAddress: the address
template <class M> auto LinkNetns(M&& m) { return internal::field<internal::GetLinkNetns>("link-netns", std::forward<M>(m)); }  // Link: the node
template <class M> auto Inet(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetInet>("address", std::forward<M>(m), caller); }  // InterfaceAddress
template <class M> auto Scope(M&& m) { return internal::field<internal::GetScope>("scope", std::forward<M>(m)); }  // Route, InterfaceAddress
template <class M> auto Dev(M&& m) { return internal::field<internal::GetDev>("dev", std::forward<M>(m)); }  // Route, NextHop, InterfaceAddress, Neighbour, FdbEntry, Packet
template <class M> auto Valid(M&& m) { return internal::field<internal::GetValid>("valid_lft", std::forward<M>(m)); }  // InterfaceAddress: Valid(Le(600s)), Valid(std::nullopt): forever
template <class M> auto Preferred(M&& m) { return internal::field<internal::GetPreferred>("preferred_lft", std::forward<M>(m)); }  // InterfaceAddress: the same
template <class M> auto To(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetTo>("to", std::forward<M>(m), caller); }  // Route, Neighbour, Rule; ProbeReport: the text. "default" is either family's
template <class M> auto Via(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetVia>("via", std::forward<M>(m), caller); }  // Route, NextHop
template <class M> auto Table(M&& m) { return internal::field<internal::GetTable>("table", std::forward<M>(m)); }  // Route, Rule; FirewallRule, FirewallChain: "nat"
template <class M> auto Proto(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetProto>("proto", std::forward<M>(m), caller); }  // Route
template <class M> auto Src(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetSrc>("src", std::forward<M>(m), caller); }  // Route, Packet, ClientAddress, ConnectionTuple
template <class M> auto Metric(M&& m) { return internal::field<internal::GetMetric>("metric", std::forward<M>(m)); }  // Route
template <class M> auto NextHops(M&& m) { return internal::field<internal::GetNextHops>("nexthops", std::forward<M>(m)); }  // Route with several: NextHops(Contains(Via("10.0.0.1")))
template <class M> auto Weight(M&& m) { return internal::field<internal::GetWeight>("weight", std::forward<M>(m)); }  // NextHop
template <class M> auto Lladdr(M&& m) { return internal::field<internal::GetLladdr>("lladdr", std::forward<M>(m)); }  // Neighbour
template <class M> auto Priority(M&& m) { return internal::field<internal::GetPriority>("priority", std::forward<M>(m)); }  // Rule, FirewallChain
template <class M> auto OfFamily(M&& m) { return internal::field<internal::GetOfFamily>("family", std::forward<M>(m)); }  // Rule: Family::kIpv6; FirewallRule, FirewallChain: "inet"
template <class M> auto From(M&& m, Caller caller = Caller::here()) { return internal::field<internal::GetFrom>("from", std::forward<M>(m), caller); }  // Rule: From(std::nullopt): all; IcmpAnswer: who said so
template <class M> auto FwMark(M&& m) { return internal::field<internal::GetFwMark>("fwmark", std::forward<M>(m)); }  // Rule
template <class M> auto FwMask(M&& m) { return internal::field<internal::GetFwMask>("fwmask", std::forward<M>(m)); }  // Rule
template <class M> auto Iif(M&& m) { return internal::field<internal::GetIif>("iif", std::forward<M>(m)); }  // Rule
template <class M> auto Oif(M&& m) { return internal::field<internal::GetOif>("oif", std::forward<M>(m)); }  // Rule
// clang-format on

testing::Matcher<const Link&> IsUp();        // administratively up, with carrier, and operational
testing::Matcher<const Link&> IsDown();      // administratively down
testing::Matcher<const Link&> HasCarrier();  // LOWER_UP, whatever else
testing::Matcher<const InterfaceAddress&> IsTentative();  // duplicate address detection is not done
testing::Matcher<const InterfaceAddress&> IsDadFailed();  // somebody else has it
testing::Matcher<const FdbEntry&> IsSelf();               // in the device's own table
testing::Matcher<const Neighbour&> IsRouter();            // IPv6: it says so

}  // namespace vethlab
