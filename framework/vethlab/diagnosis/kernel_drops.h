// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <string>

namespace vethlab::diagnosis {

// The reason that the kernel itself gives for what it drops while the probe is sent (the tracepoint
// skb:kfree_skb, Linux 5.17): "XFRM_POLICY". It takes root in the machine's own namespaces and tracefs where
// systemd mounts it; else, and where it is not clear, empty. Whose packet it was it does not say, so that
// this is no cause: what is said is the one reason of all that this thread's own sending drops, each time.
std::string kernel_drop_reason(Case& judged);

}  // namespace vethlab::diagnosis
