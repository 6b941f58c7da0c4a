// private
#pragma once

#include <string>

namespace vethlab::mounts {

// Covers a directory with a tmpfs that shows each thing in it as it is, what is mounted there
// included: new names made in it are this mount namespace's own. "/" too: it becomes the root of
// this process, and of those that enter its mount namespace. Throws Refusal.
void mirror(const std::string& directory);

}  // namespace vethlab::mounts
