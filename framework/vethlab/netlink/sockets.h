// private
#pragma once

#include <vethlab/netlink/socket.h>

namespace vethlab::netlink {

// = ss -K, of one family: ends all TCP connections of the node of a sock_diag(7) socket, at once and
// with what they had still to send. Those that no process has open any more too: until they are
// acknowledged or give up, they hold the node's namespace. (Not those where the kernel is older than
// 6.12: it would then keep them for ever.) The kernel looks through the machine's whole table for
// them, which takes milliseconds.
void destroy_tcp_connections(Socket& diag, int family);

}  // namespace vethlab::netlink
