// private
#pragma once

#include <sys/types.h>

namespace vethlab::netns {

// Maps the ids of `process`, which is in a new user namespace of ours (user_namespaces(7)): all of
// our own ids onto themselves where we may (root: daemons inside can drop privilege), else
// our one id onto 0. Throws Refusal.
void write_id_maps(pid_t process);

}  // namespace vethlab::netns
