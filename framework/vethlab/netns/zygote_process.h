// private
#pragma once

#include <vethlab/netns/zygote.h>

namespace vethlab::netns {

// The zygote's whole life, in the process that the fork made: serves requests on `channel` until
// the process behind the pidfd `test_process` is gone.
[[noreturn]] void be_zygote(int channel, int test_process, Zygote::Work work);

}  // namespace vethlab::netns
