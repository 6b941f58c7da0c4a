// private
#pragma once

#include <sys/types.h>

namespace vethlab::process {

// Kills all that this process, a subreaper (prctl(2)), has started and what that started, whatever
// session, group or parent it gave itself. Returns when none is left. Where /proc is not that of
// this process's pid namespace, only `child` is killed: the rest ends with the namespace.
void kill_descendants(pid_t child);

}  // namespace vethlab::process
