// private
#pragma once

#include <vethlab/netns/user_namespace.h>

#include <sys/types.h>

namespace vethlab::netns {

class Zygote;

// Gives the process, which is in a new user namespace of ours, the ids that a lab asks for. Programs
// that have to be run for it the zygote runs. Throws Unsupported.
void map_ids(pid_t process, Ids ids, Zygote& zygote);

}  // namespace vethlab::netns
