// private
#pragma once

#include <vethlab/netlink/link.h>
#include <vethlab/netlink/socket.h>

#include <optional>

namespace vethlab::netlink {

// What decides whether a link carries packets yet, in one small exchange.
struct LinkState {
  bool up = false;
  bool lower_up = false;
  OperState state = OperState::kUnknown;
  int master = 0;  // index; 0: none
  bool bridge_port = false;
  bool forwarding = false;          // of a bridge port: RFC 2674's state
  bool link_local = false;          // has IPv6, and makes itself a link-local address
  std::optional<int> peer = {};     // index of a veth's other end
  std::optional<int> netnsid = {};  // of its namespace; empty: this one
};
LinkState link_state(Socket& socket, int index);

// True once IPv6 works on the link: the link-local address is there, if it needs one, and each
// address is neither tentative nor still about to become local and to join its solicited-node group
// (the neighbour's question would be dropped). One that failed duplicate address detection is not
// waited for.
bool ipv6_works(Socket& socket, int index, bool needs_link_local);

}  // namespace vethlab::netlink
