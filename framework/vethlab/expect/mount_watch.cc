#include <vethlab/expect/mount_watch.h>

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <utility>

namespace vethlab::internal {
namespace {

bool may_mount() {
  __user_cap_header_struct who{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  return ::syscall(SYS_capget, &who, sets.data()) == 0 &&
         (sets[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) != 0;
}

// proc(5): "36 35 98:0 /root /mnt options optional… - ext3 source options".
std::map<std::string, std::string> read_mounts() {
  std::map<std::string, std::string> mounts;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string id;
    std::string skipped;
    std::string target;
    std::string type;
    fields >> id >> skipped >> skipped >> skipped >> target;
    while (fields >> skipped && skipped != "-") {
    }
    fields >> type;
    mounts[id] = type.append(" at ").append(target);
  }
  return mounts;
}

}  // namespace

// Since it was last asked.
bool MountWatch::has_changed() {
  pollfd event{table_.get(), POLLPRI, 0};
  return ::poll(&event, 1, 0) != 0;
}

void MountWatch::begin() {
  if (!may_mount()) return void(table_ = UniqueFd());
  const bool first = !table_;
  if (first) table_ = UniqueFd(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
  if (table_ && (has_changed() || first)) mounts_ = read_mounts();
}

std::vector<std::string> MountWatch::new_ones() {
  std::vector<std::string> come;
  if (!table_ || !has_changed()) return come;
  auto now = read_mounts();
  for (const auto& [id, mount] : now)
    if (!mounts_.contains(id)) come.push_back(mount);
  mounts_ = std::move(now);
  return come;
}

}  // namespace vethlab::internal
