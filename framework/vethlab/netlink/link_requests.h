// private
#pragma once

#include <vethlab/netlink/link.h>
#include <vethlab/netlink/socket.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::netlink {

std::vector<Link> links(Socket& socket);  // = ip link
std::optional<Link> link_from(
    nl_msg* message);                        // RTM_NEWLINK or RTM_DELLINK; names of others left out
void name_others(std::vector<Link>& links);  // master, peer and M-DOWN, from the whole list

struct VethEnd {
  std::string name = {};
  int index = 0;         // 0: the kernel's choice
  std::string mac = {};  // empty: random
  int mtu = 0;           // bytes; 0: 1500
  int netns = -1;        // descriptor of the namespace it is made in; -1: the socket's own
  int master = 0;        // index of the bridge it joins at birth; 0: none. Not for the peer
};
// = ip link add NAME … type veth peer name NAME …: both ends in place by one message, down.
void add_veth(Socket& socket, const VethEnd& end, const VethEnd& peer);
void add_bridge(Socket& socket, const std::string& name, int index,
                const std::string& mac);  // = ip link add NAME type bridge

void set_up(Socket& socket, int index, std::string_view name);
void set_down(Socket& socket, int index, std::string_view name);
void set_mtu(Socket& socket, int index, std::string_view name, int bytes);
void set_mac(Socket& socket, int index, std::string_view name, const std::string& mac);
void rename(Socket& socket, int index, std::string_view name, const std::string& to);
void set_master(Socket& socket, int index, std::string_view name, int master,
                std::string_view master_name);  // 0: none
void move(Socket& socket, int index, std::string_view name, int netns, std::string_view to);
void delete_link(Socket& socket, int index, std::string_view name);

// What the socket's namespace calls another one (an id for IFLA_LINK_NETNSID); none if it has none.
std::optional<int> netns_id(Socket& socket, int netns);

}  // namespace vethlab::netlink
