// private
#pragma once

#include <vethlab/base/probe.h>

#include <optional>

namespace vethlab::probe {

// The next ICMP error that a socket with IP_RECVERR or IPV6_RECVERR was told of (ip(7)), and who sent
// it. None: there is none.
std::optional<IcmpAnswer> take_icmp_error(int socket);

}  // namespace vethlab::probe
