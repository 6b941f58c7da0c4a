// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <string>
#include <vector>

namespace vethlab::netns {

struct Place;

// What one node's programs and closures see, kept by descriptors: it is there as long as they are,
// or somebody in it. The mounts are a copy of the lab's (world.h), in which /run/netns stays
// everybody's, with
// - a /sys of the node's network namespace (a sysfs shows the one that it was mounted from),
// - the node's private directories,
// - its own /etc/hosts and /etc/resolv.conf.
struct NodeWorld {
  UniqueFd mounts = {};  // for setns(2)
  UniqueFd uts = {};     // the hostname is the node's name
  UniqueFd hosts = {};   // its /etc/hosts, to be written; none where the machine has none
  [[nodiscard]] bool is_made() const { return static_cast<bool>(mounts); }
};

// In a worker of its own, at `place`. Throws Refusal, Unsupported, WorkerFailed.
NodeWorld make_node_world(const Place& place, const std::string& hostname,
                          const std::vector<std::string>& private_dirs);

}  // namespace vethlab::netns
