// private
#pragma once

#include <vethlab/netlink/address.h>
#include <vethlab/netlink/device_names.h>
#include <vethlab/netlink/socket.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vethlab::netlink {

std::vector<InterfaceAddress> addresses(Socket& socket);  // both families: = ip address
std::vector<Prefix> own_addresses(Socket& socket);        // the addresses alone, family by family
std::vector<Prefix> global_addresses(
    Socket& socket);  // of those, what is neither host nor link scope
// RTM_NEWADDR or RTM_DELADDR; the device by its index only.
std::optional<InterfaceAddress> address_from(nl_msg* message);

// = ip address add PREFIX dev NAME; IPv6 without duplicate address detection (nodad) where asked.
enum class Dad : std::uint8_t { kAsDevice, kOff };
void add_address(Socket& socket, int index, std::string_view name, const Prefix& address, Dad dad);
void delete_address(Socket& socket, int index, std::string_view name, const Prefix& address);

}  // namespace vethlab::netlink
