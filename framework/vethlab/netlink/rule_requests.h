// private
#pragma once

#include <vethlab/netlink/rule.h>
#include <vethlab/netlink/socket.h>

#include <optional>
#include <vector>

namespace vethlab::netlink {

std::vector<Rule> rules(Socket& socket, Family family);  // = ip rule, ip -6 rule
std::optional<Rule> rule_from(nl_msg* message);

void add_rule(Socket& socket, const Rule& rule);
void delete_rule(Socket& socket, const Rule& rule);

}  // namespace vethlab::netlink
