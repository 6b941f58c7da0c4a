// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <string>
#include <tuple>
#include <vector>

namespace vethlab::mounts {

// What of a lab's world a worker finds already made, and what it is to make. The world is the mount
// namespace of the lab's first process: a copy of the machine's, with its own /run and the /proc
// of the lab's pid namespace. Nodes have copies of it (netns/node_world.h), and share its files in /run,
// but mounts below /run/netns alone: as `ip netns` makes them.
struct World {
  bool is_made = false;
  struct Name {
    std::string name = {};
    UniqueFd netns = {};
    friend auto members(Name& n) { return std::tie(n.name, n.netns); }  // base/encoding.h
  };
  std::vector<Name> new_names = {};  // to be shown in /run/netns
  [[nodiscard]] bool is_complete() const { return is_made && new_names.empty(); }
  friend auto members(World& w) { return std::tie(w.is_made, w.new_names); }
};

// In a worker that has entered the lab's pid namespace, and its mounts or a node's. Throw Refusal.
void make_world(const World& world);

}  // namespace vethlab::mounts
