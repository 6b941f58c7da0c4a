// private
#pragma once

#include <vethlab/netlink/listening_socket.h>
#include <vethlab/netlink/socket.h>

#include <cstdint>
#include <string_view>
#include <vector>

// Asked on a NETLINK_SOCK_DIAG socket (sock_diag(7)) of the node.
namespace vethlab::netlink {

// Whether some socket of the node, of either family, has this port: a TCP socket (IPPROTO_TCP) that
// listens, or a UDP socket (IPPROTO_UDP) that is bound and not connected. = ss --listening --tcp
bool is_listening(Socket& diag, int protocol, std::uint16_t port);

// Whether a connection to this TCP port has had the node's SYN and ACK, and not yet been accepted as
// made: the client may know that it is connected before the node does. Not one to which that had to be
// sent again, after 1 s: there, something is lost on the way. = ss state syn-recv
bool is_being_connected_to(Socket& diag, std::uint16_t port);

// Whether a Unix socket of the node is bound to this path, as ListeningSocket::path has it, and listens
// or takes datagrams.
bool is_listening_on_path(Socket& diag, std::string_view path);

// All of them, sorted. `rtnetlink` is of the same node: for the names of interfaces. = ss -lntux
std::vector<ListeningSocket> listening_sockets(Socket& diag, Socket& rtnetlink);

}  // namespace vethlab::netlink
