#pragma once

#include <vethlab/expect/field_matcher.h>
#include <vethlab/expect/table_matching.h>
#include <vethlab/netlink/listening_socket.h>

#include <utility>

namespace vethlab {

namespace internal {

template <>
inline constexpr bool kInTables<ListeningSocket> = true;

// clang-format off
struct GetPort { const auto& operator()(const auto& v) const { return v.port; } };
struct GetPath { const auto& operator()(const auto& v) const { return v.path; } };
// clang-format on
}  // namespace internal

// With Protocol("tcp"), Inet("127.0.0.1"), Inet(std::nullopt) and Dev: a ListeningSocket's fields. Each
// takes a value or a matcher.
// clang-format off
template <class M> auto Port(M&& m) { return internal::field<internal::GetPort>("port", std::forward<M>(m)); }
template <class M> auto Path(M&& m) { return internal::field<internal::GetPath>("path", std::forward<M>(m)); }  // "/run/frr/bgpd.vty", "@abstract"
// clang-format on

}  // namespace vethlab
