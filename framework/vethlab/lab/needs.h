#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/text_view.h>

namespace vethlab {

// For a test of somebody else's program: where it is not in PATH (or not at that path), the test is
// skipped, naming the package; a failure with VETHLAB_REQUIRE=1.
void needs_program(TextView program, TextView package, Caller caller = Caller::here());

}  // namespace vethlab
