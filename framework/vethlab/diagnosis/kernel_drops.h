// private
#pragma once

#include <vethlab/diagnosis/case.h>

namespace vethlab::diagnosis {

// The kernel itself says that it drops this packet where it was last seen, and why (the tracepoint
// skb:kfree_skb). Asked where nothing else says anything.
Finding dropped_by_kernel(Case& judged);

}  // namespace vethlab::diagnosis
