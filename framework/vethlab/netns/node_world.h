// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/netns/channel.h>

#include <string>
#include <tuple>
#include <vector>

namespace vethlab::netns {

struct Place;
class Worker;
class Zygote;

// What one node's programs and closures see, kept by descriptors: it is there as long as they are,
// or somebody in it. The mounts are a copy of the lab's (world.h), in which /run/netns stays
// everybody's, with
// - a /sys of the node's network namespace (a sysfs shows the one that it was mounted from),
// - the node's private directories,
// - its own /etc/hosts and /etc/resolv.conf.
struct NodeWorld {
  UniqueFd mounts = {};  // for setns(2)
  UniqueFd uts = {};     // the hostname is the node's name, where that may be set
  UniqueFd hosts = {};   // its /etc/hosts, to be written; none where the machine has none
  [[nodiscard]] bool is_made() const { return static_cast<bool>(mounts); }
};

struct NodeWorldOrder {
  std::string hostname = {};
  std::vector<std::string> private_dirs = {};
  friend auto members(NodeWorldOrder& o) { return std::tie(o.hostname, o.private_dirs); }
};

// In a worker of its own, at `place`. Throws Refusal, Unsupported, WorkerFailed.
NodeWorld make_node_world(Zygote& zygote, Place place, const NodeWorldOrder& order);

// In that worker.
void serve_node_world(Worker& worker, Message order);

}  // namespace vethlab::netns
