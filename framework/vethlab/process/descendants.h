// private
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace vethlab::process {

// Kills all that this process, a subreaper (prctl(2)), has started and what that started, whatever
// session, group or parent it gave itself. Returns when none is left. Where /proc is not that of
// this process's pid namespace, only `child` is killed: the rest ends with the namespace.
void kill_descendants(pid_t child);

// Whether that is all gone; what has ended is waited for.
bool nothing_left();

// The command lines of the same, but for `child` and its copies ("sleep 100"); cut off at 200 bytes.
// Where /proc is another's: none.
std::vector<std::string> descendants(pid_t child);

}  // namespace vethlab::process
