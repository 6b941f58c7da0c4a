// private
#pragma once

#include <vethlab/netlink/device_names.h>
#include <vethlab/netlink/route.h>
#include <vethlab/netlink/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vethlab::netlink {

std::vector<Route> routes(Socket& socket, const RouteQuery& query);
// RTM_NEWROUTE or RTM_DELROUTE; none for the kernel's cached routes.
std::optional<Route> route_from(nl_msg* message, const DeviceNames& names);

// The type and scope are words that words.h knows (the layer above has checked).
void add_route(Socket& socket, const Route& route);
void delete_route(Socket& socket, const Route& route);

struct RouteQuestion {
  IpAddress to = {};
  std::optional<IpAddress> from = {};
  std::string out = {};  // interface name
  std::uint32_t mark = 0;
  std::string in = {};  // interface name: of a packet that came in by it, with `from`
};
// = ip route get TO [from …] [oif …] [mark …] [iif …]
Route route_to(Socket& socket, const RouteQuestion& question);

// True where the address is this namespace's own and it answers for it: IPv6 joins an address's
// solicited-node group before it makes the local route.
bool is_local(Socket& socket, const IpAddress& address, int index);

}  // namespace vethlab::netlink
