// private
#pragma once

#include <vethlab/netlink/connection.h>
#include <vethlab/netlink/socket.h>

#include <vector>

namespace vethlab::netlink {

// On a socket of NETLINK_NETFILTER. A kernel without connection tracking: Refusal with EINVAL or
// EOPNOTSUPP.
std::vector<Connection> connections(Socket& socket);  // = conntrack -L: both families
void forget_connections(Socket& socket);              // = conntrack -F

}  // namespace vethlab::netlink
