// private
#pragma once

#include <vethlab/lab/node_state.h>

#include <string>

namespace vethlab::internal {

// The command that enters the node from another terminal of the same user, as its programs see it:
// "nsenter --preserve-credentials --user=/proc/PID/fd/N …"; a program and its arguments may follow. It
// works as long as the lab lives, which keeps the descriptors. Where programs cannot run in the node, it
// has but the node's network. Throws what asking a node does.
std::string door_to(NodeState& node);

}  // namespace vethlab::internal
