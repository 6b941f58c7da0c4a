// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/netlink/neighbour.h>
#include <vethlab/netlink/route.h>
#include <vethlab/netlink/rule.h>

#include <string_view>

namespace vethlab::internal {

// What is wrong with a value before the kernel is asked: std::invalid_argument, naming the field.
// Returned is the value with its family made explicit ("default" by an IPv6 router is ::/0).
Route checked_route(Route route, std::string_view where, Caller caller);
Rule checked_rule(Rule rule, std::string_view where, Caller caller);
void check_neighbour(const Neighbour& neighbour, Caller caller);

}  // namespace vethlab::internal
