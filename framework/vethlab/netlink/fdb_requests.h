// private
#pragma once

#include <vethlab/netlink/fdb_entry.h>
#include <vethlab/netlink/socket.h>

#include <vector>

namespace vethlab::netlink {

std::vector<FdbEntry> fdb(Socket& socket);  // = bridge fdb

}  // namespace vethlab::netlink
