// private
#pragma once

#include <vethlab/base/caller.h>

#include <string>
#include <string_view>

namespace vethlab::internal {

// "net.ipv4.ip_forward" or "net/ipv4/conf/eth0.5/rp_filter" to the path below /proc/sys/net/.
// Throws std::invalid_argument for a name outside of it: it would be the machine's, not the node's.
std::string sysctl_path(std::string_view name, Caller caller);

}  // namespace vethlab::internal
