// private
#pragma once

#include <vethlab/netlink/device_names.h>
#include <vethlab/netlink/neighbour.h>
#include <vethlab/netlink/socket.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace vethlab::netlink {

std::vector<Neighbour> neighbours(Socket& socket);  // = ip neighbour: without NOARP ones
std::optional<Neighbour> neighbour_from(nl_msg* message, const DeviceNames& names);

void add_neighbour(Socket& socket, const Neighbour& neighbour);     // an empty state is PERMANENT
void delete_neighbour(Socket& socket, const Neighbour& neighbour);  // to and dev name it

// A neighbour that is asked for in vain stays INCOMPLETE, and the next packet to it waits for that
// timer (1 s). Forgets those, of the addresses that `which` takes, and returns how many.
int forget_incomplete(Socket& socket);
int forget_incomplete(Socket& socket, const std::function<bool(const IpAddress&)>& which);

// Forgets all but PERMANENT entries; of the addresses that `which` takes.
int forget_learnt(Socket& socket);
int forget_learnt(Socket& socket, const std::function<bool(const IpAddress&)>& which);

// Forgets who was known by this hardware address, but for PERMANENT entries.
int forget_lladdr(Socket& socket, const std::string& mac);

}  // namespace vethlab::netlink
