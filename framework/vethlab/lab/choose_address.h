// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/prefix.h>
#include <vethlab/lab/destination.h>

#include <map>
#include <string_view>
#include <vector>

namespace vethlab::internal {

struct NodeState;

// Finds which address a node's name stands for, seen from another (destination.h says how). Throws
// std::invalid_argument where the two have none of one family.
class Resolver {
 public:
  IpAddress operator()(const Node& from, const Destination& to, Caller caller);

 private:
  const std::vector<Prefix>& addresses(NodeState& node);
  std::map<NodeState*, std::vector<Prefix>> known_;  // each node is asked once
};

// Node::address.
IpAddress address_on(NodeState& node, std::string_view dev, Family family, Caller caller);

}  // namespace vethlab::internal
