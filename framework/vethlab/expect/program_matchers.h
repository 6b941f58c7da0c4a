#pragma once

#include <vethlab/expect/field_matcher.h>
#include <vethlab/process/program.h>

#include <gmock/gmock.h>

#include <ostream>
#include <utility>

namespace vethlab {

namespace internal {
// clang-format off
struct GetOut    { const auto& operator()(const auto& v) const { return v.out; } };
struct GetErr    { const auto& operator()(const auto& v) const { return v.err; } };
struct GetExit   { const auto& operator()(const auto& v) const { return v.exit_code; } };
struct GetSignal { const auto& operator()(const auto& v) const { return v.signal; }
                   static void say(std::ostream& os, int signal); };
struct GetTook   { const auto& operator()(const auto& v) const { return v.duration; } };
// clang-format on
}  // namespace internal

testing::Matcher<const ProgramResult&> Succeeds();  // exit status 0
testing::Matcher<const ProgramResult&> IsLate();    // was killed at its timeout

// Each takes a value or a matcher: Exits(2), Prints(HasSubstr("eth0")), Complains(""), Took(Lt(1s)).
// clang-format off
template <class M> auto Exits(M&& m)     { return internal::field<internal::GetExit>("exit status", std::forward<M>(m)); }
template <class M> auto KilledBy(M&& m)  { return internal::field<internal::GetSignal>("deadly signal", std::forward<M>(m)); }
template <class M> auto Prints(M&& m)    { return internal::field<internal::GetOut>("stdout", std::forward<M>(m)); }
template <class M> auto Complains(M&& m) { return internal::field<internal::GetErr>("stderr", std::forward<M>(m)); }
template <class M> auto Took(M&& m)      { return internal::field<internal::GetTook>("duration", std::forward<M>(m)); }
// clang-format on

}  // namespace vethlab
