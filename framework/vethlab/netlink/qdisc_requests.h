// private
#pragma once

#include <vethlab/netlink/impairment.h>
#include <vethlab/netlink/socket.h>

#include <string>
#include <string_view>

namespace vethlab::netlink {

// = tc qdisc replace dev NAME root KIND: one without options. A kernel that lacks it: ENOENT.
void set_root_qdisc(Socket& socket, int index, std::string_view name, const std::string& kind);
// = tc qdisc replace dev NAME root netem …; the same.
void set_root_netem(Socket& socket, int index, std::string_view name, const Impairment& impairment);
void delete_root_qdisc(Socket& socket, int index,
                       std::string_view name);  // = tc qdisc del dev NAME root: the default's back

}  // namespace vethlab::netlink
