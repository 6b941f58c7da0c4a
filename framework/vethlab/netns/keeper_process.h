// private
#pragma once

namespace vethlab::netns {

// The keeper's whole life, in the process that clone made: serves requests on `control` until the
// process behind the pidfd `test_process` is gone. Makes system calls and nothing else (no lock,
// no allocation): the test process may have had threads at the clone.
[[noreturn]] void keep(int control, int test_process);

}  // namespace vethlab::netns
