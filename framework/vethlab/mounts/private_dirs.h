// private
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vethlab::mounts {

// In a process with mounts of its own, below an own /run: directories that show what the real ones
// have, and take writes that nobody else sees. All of it is in memory.
//
// An overlay over the real directory, or a copy of it: where the lab has one user alone the copy
// comes first, as in an overlay that user could change nothing that is somebody else's. One that
// does not exist is made in the nearest that does, which is covered by a tmpfs that shows all
// the rest of it as it is. Below /run it is a tmpfs, as the lab's /run is empty.
class PrivateDirs {
 public:
  // Absolute paths. Throws Refusal.
  explicit PrivateDirs(const std::vector<std::string>& directories);

  // Whether a file that is made there is this node's own.
  [[nodiscard]] bool hold(const std::filesystem::path& path) const;

 private:
  void cover(const std::filesystem::path& directory);

  std::vector<std::filesystem::path> real_ = {};  // without symbolic links
};

}  // namespace vethlab::mounts
