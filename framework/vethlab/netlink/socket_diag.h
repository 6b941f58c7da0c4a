// private
#pragma once

#include <vethlab/netlink/socket.h>

#include <linux/inet_diag.h>
#include <linux/unix_diag.h>

#include <functional>
#include <string>

// The node's sockets, by a NETLINK_SOCK_DIAG socket that was born there: sock_diag(7). `states` has a
// bit for each of TCP_ESTABLISHED …; who is bound and not connected (UDP, datagrams) is in TCP_CLOSE.
namespace vethlab::netlink {

// IPv4, then IPv6. The header has the attributes behind it.
using EachInet = std::function<void(const inet_diag_msg&, nlmsghdr*)>;
void for_each_inet_socket(Socket& diag, int protocol, unsigned states, const EachInet& each);

// `name`: as bound; "@name" of an abstract one, whose further zero bytes are '@', too; empty: none.
using EachUnix = std::function<void(const unix_diag_msg&, const std::string& name)>;
void for_each_unix_socket(Socket& diag, unsigned states, const EachUnix& each);

}  // namespace vethlab::netlink
