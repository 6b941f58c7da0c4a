#pragma once

#include <vethlab/expect/field_matcher.h>
#include <vethlab/process/program.h>

#include <gmock/gmock.h>

#include <string>
#include <utility>

namespace vethlab {

namespace internal {
// clang-format off
struct GetOut  { const auto& operator()(const auto& v) const { return v.out; } };
struct GetErr  { const auto& operator()(const auto& v) const { return v.err; } };
struct GetExit { const auto& operator()(const auto& v) const { return v.exit_code; } };
// clang-format on
}  // namespace internal

testing::Matcher<const ProgramResult&> Succeeds();  // exit status 0

// Each takes a value or a matcher: Exits(2), Prints(HasSubstr("eth0")), Complains("").
// clang-format off
template <class M> auto Exits(M&& m)     { return internal::field<internal::GetExit, int>("exit status", std::forward<M>(m)); }
template <class M> auto Prints(M&& m)    { return internal::field<internal::GetOut, std::string>("stdout", std::forward<M>(m)); }
template <class M> auto Complains(M&& m) { return internal::field<internal::GetErr, std::string>("stderr", std::forward<M>(m)); }
// clang-format on

}  // namespace vethlab
