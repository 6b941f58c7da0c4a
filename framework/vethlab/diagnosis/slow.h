// private
#pragma once

#include <vethlab/diagnosis/case.h>

namespace vethlab::diagnosis {

// The probe, sent once more, has passed: what of its time went where, if that is much of what it has; else no more
// than that it passed.
Finding passed_now(const Case& judged);

}  // namespace vethlab::diagnosis
