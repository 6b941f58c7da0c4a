#pragma once

#include <vethlab/lab/snapshot.h>

#include <gmock/gmock.h>

namespace vethlab {

// EXPECT_THAT(node.snapshot(), IsUnchangedSince(before)): fails with what is gone (-) and what is
// new (+), each under the command that shows it.
testing::Matcher<const Snapshot&> IsUnchangedSince(Snapshot before);

}  // namespace vethlab
