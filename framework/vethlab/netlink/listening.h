// private
#pragma once

#include <vethlab/netlink/socket.h>

#include <cstdint>

namespace vethlab::netlink {

// Whether some socket of the node, of either family, has this port: a TCP socket (IPPROTO_TCP) that
// listens, or a UDP socket (IPPROTO_UDP) that is bound and not connected. `diag` is a
// NETLINK_SOCK_DIAG socket (sock_diag(7)). = ss --listening --tcp
bool is_listening(Socket& diag, int protocol, std::uint16_t port);

}  // namespace vethlab::netlink
