#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/base/prefix.h>
#include <vethlab/expect/field_matcher.h>
#include <vethlab/netlink/link.h>
#include <vethlab/netlink/route_protocol.h>

#include <cstdint>
#include <string>
#include <utility>

namespace vethlab {

namespace internal {
// clang-format off
struct GetTo     { const auto& operator()(const auto& v) const { return v.to; } };
struct GetVia    { const auto& operator()(const auto& v) const { return v.via; } };
struct GetDev    { const auto& operator()(const auto& v) const { return v.dev; } };
struct GetTable  { const auto& operator()(const auto& v) const { return v.table; } };
struct GetProto  { const auto& operator()(const auto& v) const { return v.proto; } };
struct GetScope  { const auto& operator()(const auto& v) const { return v.scope; } };
struct GetSrc    { const auto& operator()(const auto& v) const { return v.src; } };
struct GetMetric { const auto& operator()(const auto& v) const { return v.metric; } };
struct GetType   { const auto& operator()(const auto& v) const { return v.type; } };
struct GetName   { const auto& operator()(const auto& v) const { return v.name; } };
struct GetMtu    { const auto& operator()(const auto& v) const { return v.mtu; } };
struct GetQdisc  { const auto& operator()(const auto& v) const { return v.qdisc; } };
struct GetMaster { const auto& operator()(const auto& v) const { return v.master; } };
struct GetState  { const auto& operator()(const auto& v) const { return v.state; } };
struct GetMac    { const auto& operator()(const auto& v) const { return v.mac; } };
struct GetKind   { const auto& operator()(const auto& v) const { return v.kind; } };
struct GetInet   { const auto& operator()(const auto& v) const { return v.address; } };
struct GetTtl    { const auto& operator()(const auto& v) const { return v.ttl; } };
// clang-format on
}  // namespace internal

// Each takes a value or a matcher: Mtu(1500), Mtu(Ge(1400)), Via("10.0.0.1"), Via(_), To("default").
// A mismatch says what the field holds: "which has mtu 1500", "which has no via".
// clang-format off
template <class M> auto To(M&& m)     { return internal::field<internal::GetTo, Prefix>("to", std::forward<M>(m)); }                  // Route
template <class M> auto Via(M&& m)    { return internal::field<internal::GetVia, IpAddress>("via", std::forward<M>(m)); }             // Route, NextHop
template <class M> auto Dev(M&& m)    { return internal::field<internal::GetDev, std::string>("dev", std::forward<M>(m)); }           // Route, NextHop, InterfaceAddress, Neighbour
template <class M> auto Table(M&& m)  { return internal::field<internal::GetTable, int>("table", std::forward<M>(m)); }               // Route, Rule
template <class M> auto Proto(M&& m)  { return internal::field<internal::GetProto, RouteProtocol>("proto", std::forward<M>(m)); }     // Route
template <class M> auto Scope(M&& m)  { return internal::field<internal::GetScope, std::string>("scope", std::forward<M>(m)); }       // Route, InterfaceAddress
template <class M> auto Src(M&& m)    { return internal::field<internal::GetSrc, IpAddress>("src", std::forward<M>(m)); }             // Route
template <class M> auto Metric(M&& m) { return internal::field<internal::GetMetric, std::uint32_t>("metric", std::forward<M>(m)); }   // Route
template <class M> auto Type(M&& m)   { return internal::field<internal::GetType, std::string>("type", std::forward<M>(m)); }         // Route; Link: the hardware's
template <class M> auto Named(M&& m)  { return internal::field<internal::GetName, std::string>("name", std::forward<M>(m)); }         // Link
template <class M> auto Mtu(M&& m)    { return internal::field<internal::GetMtu, int>("mtu", std::forward<M>(m)); }                   // Link, Route
template <class M> auto Qdisc(M&& m)  { return internal::field<internal::GetQdisc, std::string>("qdisc", std::forward<M>(m)); }       // Link
template <class M> auto Master(M&& m) { return internal::field<internal::GetMaster, std::string>("master", std::forward<M>(m)); }     // Link
template <class M> auto State(M&& m)  { return internal::field<internal::GetState, OperState>("state", std::forward<M>(m)); }         // Link
template <class M> auto Mac(M&& m)    { return internal::field<internal::GetMac, std::string>("mac", std::forward<M>(m)); }           // Link
template <class M> auto Kind(M&& m)   { return internal::field<internal::GetKind, std::string>("kind", std::forward<M>(m)); }         // Link
template <class M> auto Inet(M&& m)   { return internal::field<internal::GetInet, Prefix>("address", std::forward<M>(m)); }           // InterfaceAddress
template <class M> auto Ttl(M&& m)    { return internal::field<internal::GetTtl, int>("ttl", std::forward<M>(m)); }                   // ProbeReport
// clang-format on

testing::Matcher<const Link&> IsUp();    // administratively up, with carrier, and operational
testing::Matcher<const Link&> IsDown();  // administratively down

}  // namespace vethlab
