// private
#pragma once

#include <vethlab/base/caller.h>

#include <string_view>

namespace vethlab::internal {

// Throw std::invalid_argument: `where` is the verb ("connect"), `what` the argument's part in it.
void check_interface_name(std::string_view name, std::string_view where, Caller caller);
void check_node_name(std::string_view name, std::string_view where, Caller caller);
void check_mac(std::string_view mac, std::string_view where, Caller caller);

// Whether /etc/hosts can have it (RFC 1123): labels of letters, digits and '-', joined by '.'. Not
// "localhost", which is every node's own.
bool is_host_name(std::string_view name);

}  // namespace vethlab::internal
