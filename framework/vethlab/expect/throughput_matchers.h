#pragma once

#include <vethlab/expect/field_matcher.h>
#include <vethlab/lab/throughput.h>

#include <utility>

namespace vethlab {

namespace internal {
// clang-format off
struct GetRetransmits { const auto& operator()(const auto& v) const { return v.retransmits; } };
struct GetJitter { const auto& operator()(const auto& v) const { return v.jitter; } };
// clang-format on
}  // namespace internal

// With Sent, Received (bit/s), Lost and Packets: a Throughput's fields. Each takes a value or a matcher:
// Received(AllOf(Ge(8e6), Le(10e6))), Lost(0).
// clang-format off
template <class M> auto Retransmits(M&& m) { return internal::field<internal::GetRetransmits>("retransmits", std::forward<M>(m)); }
template <class M> auto Jitter(M&& m) { return internal::field<internal::GetJitter>("jitter", std::forward<M>(m)); }
// clang-format on

}  // namespace vethlab
