#pragma once

#include <vethlab/lab/snapshot.h>

#include <gmock/gmock.h>

namespace vethlab {

// EXPECT_THAT(node.snapshot(), IsUnchangedSince(before)): fails with what is gone (-) and what is
// new (+), each under the command that shows it.
testing::Matcher<const Snapshot&> IsUnchangedSince(Snapshot before);

// Called by GoogleTest, in place of its own of this name, which would print the whole snapshot before
// the difference (see table_matching.h).
bool MatchPrintAndExplain(const Snapshot& snapshot,
                          const testing::Matcher<const Snapshot&>& matcher,
                          testing::MatchResultListener* listener);

}  // namespace vethlab
