// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/unique_fd.h>

#include <string>

namespace vethlab::internal {

struct LabState;

// What a name in the lab's /run/netns is, where programs have run: `ip netns add` makes such.
struct RunNetns {
  UniqueFd netns = {};
  int error = 0;  // ENOENT: there is none; EINVAL: it is not a namespace
};
RunNetns open_run_netns(LabState& lab, const std::string& name, Caller caller);

// Throws std::invalid_argument where a new node cannot have the name, as a node or a program of the
// lab has it: `where` is the verb ("add_node").
void check_new_name(LabState& lab, const std::string& name, const std::string& where,
                    Caller caller);

}  // namespace vethlab::internal
