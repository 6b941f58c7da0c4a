// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <map>
#include <string>
#include <vector>

namespace vethlab::internal {

// The mounts of this process's own mount namespace, where it may make some (CAP_SYS_ADMIN): the
// machine's, so that others may make some, too. A look at a table that is as it was costs one system
// call.
class MountWatch {
 public:
  void begin();
  // Those that have come since begin(): "tmpfs at /mnt".
  std::vector<std::string> new_ones();

 private:
  bool has_changed();

  UniqueFd table_;                             // polled, never read: proc(5)
  std::map<std::string, std::string> mounts_;  // by the kernel's id
};

}  // namespace vethlab::internal
