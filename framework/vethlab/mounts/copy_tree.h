// private
#pragma once

#include <string>

namespace vethlab::mounts {

// What is copied at most, of a directory: more is not worth a node's memory and time.
inline constexpr int kMostMebibytes = 32;
inline constexpr int kMostFiles = 10'000;

// Whether all that is in `directory`, and can be read, is within those bounds.
bool is_small(const std::string& directory);

// Directories, files and symbolic links, with their modes and (where they have an id here) their
// owners. What cannot be read is left out, as are sockets, pipes and devices. Throws Refusal.
void copy_tree(const std::string& from, const std::string& to);

}  // namespace vethlab::mounts
