// private
#pragma once

#include <vethlab/netns/worker.h>

namespace vethlab::internal {

struct NodeState;

// Where a worker in this node is to run, and what of the lab's world it is to make first. The lab's
// pid namespace is made if this is the first. Throws Refusal, Unsupported.
netns::Place place_in(NodeState& node);

// A worker has entered there: the world is as it was to be.
void note_world(NodeState& node);

}  // namespace vethlab::internal
