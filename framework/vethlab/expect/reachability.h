#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/probe.h>
#include <vethlab/lab/destination.h>
#include <vethlab/lab/node.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vethlab {

// The verdicts as functions: true, or a failure that says what happened. The macros are these.
//
// Reachable means that every echo is answered (with tcp_to: every connection made, with udp_to: every
// datagram answered), and where the destination is a node, that this node saw it: an answer from
// somebody else is a failure that says from whom.
testing::AssertionResult reaches(const Node& from, const Destination& to,
                                 const ProbeOptions& options = {}, Caller caller = Caller::here());
// Unreachable always says why: FailsWith(ENETUNREACH), GetsIcmp(IcmpError::kNoRoute), GetsNoAnswer(),
// and of a TCP port where nobody listens FailsWith(ECONNREFUSED).
testing::AssertionResult cannot_reach(const Node& from, const Destination& to,
                                      const testing::Matcher<const ProbeReport&>& because,
                                      const ProbeOptions& options = {},
                                      Caller caller = Caller::here());

namespace internal {
inline testing::AssertionResult verdict(const char*, const testing::AssertionResult& result) {
  return result;
}
}  // namespace internal

}  // namespace vethlab

// Variadic, so that braces may hold commas: EXPECT_REACHABLE(a, b, {.count = 3, .payload = 1400}).
#define EXPECT_REACHABLE(...) \
  EXPECT_PRED_FORMAT1(::vethlab::internal::verdict, ::vethlab::reaches(__VA_ARGS__))
#define ASSERT_REACHABLE(...) \
  ASSERT_PRED_FORMAT1(::vethlab::internal::verdict, ::vethlab::reaches(__VA_ARGS__))
#define EXPECT_UNREACHABLE(...) \
  EXPECT_PRED_FORMAT1(::vethlab::internal::verdict, ::vethlab::cannot_reach(__VA_ARGS__))
#define ASSERT_UNREACHABLE(...) \
  ASSERT_PRED_FORMAT1(::vethlab::internal::verdict, ::vethlab::cannot_reach(__VA_ARGS__))
