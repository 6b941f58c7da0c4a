#pragma once

#include <vethlab/base/client_address.h>
#include <vethlab/base/probe.h>
#include <vethlab/expect/field_matcher.h>
#include <vethlab/expect/table_matching.h>

#include <ostream>
#include <utility>
#include <vector>

namespace vethlab {

void PrintTo(const Echo& echo, std::ostream* os);  // "rtt 40 us", "no answer"
void PrintTo(const std::vector<Echo>& echoes, std::ostream* os);

namespace internal {

template <>
inline constexpr bool kInTables<Echo> = true;
template <>
inline constexpr bool kInTables<ClientAddress> = true;

// clang-format off
struct GetTransport { const auto& operator()(const auto& v) const { return v.transport; } };
struct GetSent { const auto& operator()(const auto& v) const { return v.sent; } };
struct GetReceived { const auto& operator()(const auto& v) const { return v.received; } };
struct GetLost { const auto& operator()(const auto& v) const { return v.lost; } };
struct GetDuplicates { const auto& operator()(const auto& v) const { return v.duplicates; } };
struct GetRtt { const auto& operator()(const auto& v) const { return v.rtt; } };
struct GetTtl { const auto& operator()(const auto& v) const { return v.ttl; } };
struct GetError { const auto& operator()(const auto& v) const { return v.error; } static void say(std::ostream& os, int error) { say_errno(os, error); } static void say(std::ostream& os, IcmpError error) { os << error; } };
struct GetIcmp { const auto& operator()(const auto& v) const { return v.icmp; } };
struct GetCode { const auto& operator()(const auto& v) const { return v.code; } };
struct GetAnsweredBy { const auto& operator()(const auto& v) const { return v.answered_by; } };
struct GetEchoes { const auto& operator()(const auto& v) const { return v.echoes; } };
struct GetWaited { const auto& operator()(const auto& v) const { return v.waited; } };
// clang-format on
}  // namespace internal

// A matcher for each field of what a probe reports, and of whom a server has heard, each taking a value
// or a matcher: Received(3), Rtt(Each(Lt(10ms))). (To: value_matchers.h; of a whole: probe_matchers.h.)
// clang-format off
template <class M> auto Over(M&& m) { return internal::field<internal::GetTransport>("transport", std::forward<M>(m)); }  // ProbeReport, ClientAddress: Over(Transport::kTcp). (A client's Src and SrcPort: with a packet's.)
template <class M> auto Sent(M&& m) { return internal::field<internal::GetSent>("sent", std::forward<M>(m)); }  // ProbeReport
template <class M> auto Received(M&& m) { return internal::field<internal::GetReceived>("received", std::forward<M>(m)); }  // ProbeReport
template <class M> auto Lost(M&& m) { return internal::field<internal::GetLost>("lost", std::forward<M>(m)); }  // StreamReport, Throughput
template <class M> auto Duplicates(M&& m) { return internal::field<internal::GetDuplicates>("duplicates", std::forward<M>(m)); }  // ProbeReport
template <class M> auto Rtt(M&& m) { return internal::field<internal::GetRtt>("rtt", std::forward<M>(m)); }  // ProbeReport: Rtt(Each(Lt(10ms))); Echo: Rtt(Lt(10ms))
template <class M> auto Ttl(M&& m) { return internal::field<internal::GetTtl>("ttl", std::forward<M>(m)); }  // ProbeReport, Packet
template <class M> auto Error(M&& m) { return internal::field<internal::GetError>("error", std::forward<M>(m)); }  // ProbeReport, Echo: errno, Error(ENETUNREACH); IcmpAnswer: IcmpError::kNoRoute
template <class M> auto Icmp(M&& m) { return internal::field<internal::GetIcmp>("ICMP", std::forward<M>(m)); }  // ProbeReport, Echo: Icmp(AllOf(Error(IcmpError::kNoRoute), From("10.0.1.1")))
template <class M> auto Code(M&& m) { return internal::field<internal::GetCode>("code", std::forward<M>(m)); }  // IcmpAnswer
template <class M> auto AnsweredBy(M&& m) { return internal::field<internal::GetAnsweredBy>("other answerer", std::forward<M>(m)); }  // ProbeReport: by whom it was not meant for
template <class M> auto Echoes(M&& m) { return internal::field<internal::GetEchoes>("echoes", std::forward<M>(m)); }  // ProbeReport: Echoes(Each(Rtt(_)))
template <class M> auto Waited(M&& m) { return internal::field<internal::GetWaited>("waited", std::forward<M>(m)); }  // ProbeReport
// clang-format on

}  // namespace vethlab
