// private
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vethlab::netlink {

// iproute2's words for rtnetlink's numbers. Not read from /etc/iproute2: the same everywhere.
std::string table_name(int table);            // 254: "main"; 100: "100"
std::string scope_name(int scope);            // RT_SCOPE_LINK: "link"
std::string route_type_name(int type);        // RTN_BLACKHOLE: "blackhole"
std::string neighbour_state_name(int state);  // NUD_REACHABLE: "REACHABLE"
std::string rule_action_name(int action);     // FR_ACT_TO_TBL: "lookup"

// Empty for a word that names none.
std::optional<int> scope_number(std::string_view name);
std::optional<int> route_type_number(std::string_view name);
std::optional<int> neighbour_state_number(std::string_view name);
std::optional<int> rule_action_number(std::string_view name);

// "unicast, local, …": what an error offers instead.
std::string route_type_names();
std::string scope_names();
std::string neighbour_state_names();
std::string rule_action_names();

}  // namespace vethlab::netlink
