#pragma once

#include <vethlab/base/stream.h>
#include <vethlab/expect/field_matcher.h>
#include <vethlab/expect/program_matchers.h>
#include <vethlab/expect/report_matchers.h>
#include <vethlab/expect/table_matching.h>
#include <vethlab/expect/value_matchers.h>

#include <chrono>
#include <ostream>
#include <utility>

namespace vethlab {
namespace internal {

template <>
inline constexpr bool kInTables<StreamReport> = true;
template <>
inline constexpr bool kInTables<TtlChange> = true;
template <>
inline constexpr bool kInTables<IcmpCount> = true;
template <>
inline constexpr bool kInTables<ErrnoCount> = true;

// "812.345 ms": as one compares it.
void say_time(std::ostream& os, std::chrono::microseconds time);

// clang-format off
struct GetKept { const auto& operator()(const auto& v) const { return v.kept; } };
struct GetDuplicated { const auto& operator()(const auto& v) const { return v.duplicated; } };
struct GetReordered { const auto& operator()(const auto& v) const { return v.reordered; } };
struct GetLongestGap { const auto& operator()(const auto& v) const { return v.longest_gap; } static void say(std::ostream& os, std::chrono::microseconds time) { say_time(os, time); } };
struct GetGapBegan { const auto& operator()(const auto& v) const { return v.gap_began; } static void say(std::ostream& os, std::chrono::microseconds time) { say_time(os, time); } };
struct GetTtlChanges { const auto& operator()(const auto& v) const { return v.ttl_changes; } };
struct GetErrors { const auto& operator()(const auto& v) const { return v.errors; } };
struct GetLate { const auto& operator()(const auto& v) const { return v.late; } };
struct GetMostLate { const auto& operator()(const auto& v) const { return v.most_late; } static void say(std::ostream& os, std::chrono::microseconds time) { say_time(os, time); } };
struct GetOverrun { const auto& operator()(const auto& v) const { return v.overrun; } };
struct GetCount { const auto& operator()(const auto& v) const { return v.count; } };
struct GetAt { const auto& operator()(const auto& v) const { return v.at; } static void say(std::ostream& os, std::chrono::microseconds time) { say_time(os, time); } };
// clang-format on
}  // namespace internal

// A matcher for each field of what a stream reports, each taking a value or a matcher: Lost(0),
// LongestGap(Lt(50ms)). (Sent, Received, Lost, Ttl, Icmp, Error: report_matchers.h; To, From: value_matchers.h;
// Took, of the duration: program_matchers.h.)
// clang-format off
template <class M> auto LongestGap(M&& m) { return internal::field<internal::GetLongestGap>("longest gap", std::forward<M>(m)); }  // StreamReport: LongestGap(AllOf(Gt(2s), Lt(4s)))
template <class M> auto GapBegan(M&& m) { return internal::field<internal::GetGapBegan>("gap's beginning", std::forward<M>(m)); }  // StreamReport
template <class M> auto Duplicated(M&& m) { return internal::field<internal::GetDuplicated>("duplicated", std::forward<M>(m)); }  // StreamReport
template <class M> auto Reordered(M&& m) { return internal::field<internal::GetReordered>("reordered", std::forward<M>(m)); }  // StreamReport
template <class M> auto TtlChanges(M&& m) { return internal::field<internal::GetTtlChanges>("ttl changes", std::forward<M>(m)); }  // StreamReport: TtlChanges(ElementsAre(AllOf(From(63), To(62))))
template <class M> auto Errors(M&& m) { return internal::field<internal::GetErrors>("errors", std::forward<M>(m)); }  // StreamReport: Errors(ElementsAre(Error(ENETUNREACH)))
template <class M> auto Kept(M&& m) { return internal::field<internal::GetKept>("kept rate", std::forward<M>(m)); }  // StreamReport: echoes a second, Kept(Ge(990))
template <class M> auto Late(M&& m) { return internal::field<internal::GetLate>("late", std::forward<M>(m)); }  // StreamReport
template <class M> auto MostLate(M&& m) { return internal::field<internal::GetMostLate>("largest lateness", std::forward<M>(m)); }  // StreamReport
template <class M> auto Overrun(M&& m) { return internal::field<internal::GetOverrun>("overrun", std::forward<M>(m)); }  // StreamReport
template <class M> auto Count(M&& m) { return internal::field<internal::GetCount>("count", std::forward<M>(m)); }  // IcmpCount, ErrnoCount: Icmp(Contains(AllOf(Error(IcmpError::kTtlExceeded), Count(Gt(9)))))
template <class M> auto At(M&& m) { return internal::field<internal::GetAt>("time", std::forward<M>(m)); }  // TtlChange
// clang-format on

}  // namespace vethlab
