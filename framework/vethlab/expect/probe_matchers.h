#pragma once

#include <vethlab/base/probe.h>
#include <vethlab/expect/field_matcher.h>

#include <gmock/gmock.h>

#include <utility>

namespace vethlab {

// The four things that can come of a probe. Every negative check says which.

testing::Matcher<const ProbeReport&> Replies();  // each echo, from where it was meant for
// errno at once: no echo left this node. TCP's ECONNREFUSED, too: a reset came back.
testing::Matcher<const ProbeReport&> FailsWith(int error);
testing::Matcher<const ProbeReport&> GetsNoAnswer();  // silence until the timeout

// Someone on the way said no, and nothing was answered. The kernel rations ICMP errors: of many
// echoes one such answer is enough.
testing::Matcher<const ProbeReport&> GetsIcmp(IcmpError error);

namespace internal {
testing::Matcher<const ProbeReport&> gets_icmp(IcmpError error,
                                               testing::Matcher<const IpAddress&> from);
}

template <class M>  // from: "10.0.12.2", or a matcher
testing::Matcher<const ProbeReport&> GetsIcmp(IcmpError error, M&& from) {
  return internal::gets_icmp(error, internal::as_matcher<IpAddress>(std::forward<M>(from)));
}

}  // namespace vethlab
