// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/lab/steps.h>

#include <deque>
#include <vector>

namespace vethlab::internal {

struct LabState;

// How many Labs there are in this process.
int living_labs();

// A lab that has ended, and what was asked of it.
struct PastLab {
  unsigned id = 0;
  Caller made = {};
  StepLog steps = {};
};
// The last ones of those that have ended since this was asked.
std::deque<PastLab> take_past_labs();

// Those that this thread has made, in this very process (not the one it was forked from), oldest first:
// nobody else uses them now.
std::vector<LabState*> labs_of_this_thread();

}  // namespace vethlab::internal
