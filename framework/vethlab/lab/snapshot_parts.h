// private
#pragma once

#include <vethlab/base/caller.h>

#include <chrono>
#include <string>

namespace vethlab {

class Node;

namespace internal {

// The two parts of Node::snapshot: what the kernel is asked for, and what programs list.
std::string network_text(const Node& node, Caller caller);
std::string firewall_text(const Node& node, std::chrono::milliseconds timeout, Caller caller);

}  // namespace internal
}  // namespace vethlab
