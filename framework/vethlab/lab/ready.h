// private
#pragma once

#include <vethlab/base/caller.h>

#include <string_view>
#include <vector>

namespace vethlab::internal {

struct LabState;
struct NodeState;

struct Place {  // an interface of a node, by index
  NodeState* node = nullptr;
  int index = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

// Returns when the places carry packets as far as they are meant to: a link that is up and has
// carrier is operationally UP, a bridge's port is forwarding and its bridge UP, and IPv6 addresses
// answer. A link that is down, or without carrier, is as ready as it can be. The far end of a veth
// is waited for as well, where it is in a node of the lab. The end of patience is a Refusal with
// ETIMEDOUT.
void wait_ready(LabState& lab, std::vector<Place> places);

// All interfaces of a node.
std::vector<Place> all_places(NodeState& node);

}  // namespace vethlab::internal
