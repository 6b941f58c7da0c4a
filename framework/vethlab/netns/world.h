// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <string>
#include <tuple>
#include <vector>

namespace vethlab::netns {

// What of a lab's world a worker finds already made, and what it is to make. The world is the mount
// namespace of the lab's first process: a copy of the machine's, with its own /run (and
// /run/netns), and the /proc of the lab's pid namespace.
struct World {
  bool is_made = false;
  struct Name {
    std::string name = {};
    UniqueFd netns = {};
    friend auto members(Name& n) { return std::tie(n.name, n.netns); }  // base/encoding.h
  };
  std::vector<Name> new_names = {};  // to be shown in /run/netns
  friend auto members(World& w) { return std::tie(w.is_made, w.new_names); }
};

// In a worker that has entered the lab's mount and pid namespace. Throw Refusal.
void make_world(const World& world);

// Gives this process mounts of its own with a /sys that shows the network namespace it is in (each
// sysfs shows the one it was mounted from). What is mounted below /run is still seen by all.
void make_own_sys();

}  // namespace vethlab::netns
