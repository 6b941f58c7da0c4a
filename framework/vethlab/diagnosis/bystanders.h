// private
#pragma once

#include <vethlab/diagnosis/case.h>

namespace vethlab::diagnosis {

// A bridge that has not learnt yet where a MAC address is floods a frame to all its ports. Forgets those
// who merely overheard one that came to whom it was for, or that was for another who has its address.
void forget_bystanders(Case& judged);

}  // namespace vethlab::diagnosis
