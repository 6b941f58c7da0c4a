// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/mounts/private_dirs.h>

#include <string>

namespace vethlab::mounts {

// Makes `path`, a file of /etc, this node's own with that text, and gives it open for writing. In a
// private directory it is a file like any other, which programs may replace; else it is mounted
// over the real one, or over where that leads to (into /run, which is the lab's, it is made).
// Where there is none: no descriptor. Throws Refusal.
UniqueFd make_own_file(const std::string& path, const std::string& text, const PrivateDirs& own);

}  // namespace vethlab::mounts
