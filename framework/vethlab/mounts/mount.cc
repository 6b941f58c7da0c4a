#include <vethlab/mounts/mount.h>

#include <vethlab/base/errors.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include <fmt/format.h>

namespace vethlab::mounts {
namespace {

constexpr const char* kScratch = "/run";

// linux/mount.h, which cannot be included beside sys/mount.h with every glibc.
constexpr unsigned kOpenTreeClone = 1;
constexpr unsigned kRecursive = 0x8000;
constexpr unsigned kMoveMountEmptyPath = 4;
constexpr unsigned kConfigSetString = 1;
constexpr unsigned kConfigCreate = 6;
constexpr unsigned kMountCloexec = 1;

// What stat(2) says of an owner who has no id here: proc(5), overflowuid. It is somebody's, too.
constexpr unsigned kNobodys = 65534;

}  // namespace

void mount_or_throw(const char* source, const std::string& target, const char* type,
                    unsigned long flags, const char* data) {
  if (::mount(source, target.c_str(), type, flags, data) != 0)
    throw Refusal{
        errno, fmt::format("mount {} on {}", type != nullptr ? type : source, target), {}};
}

UniqueFd cover_by_tmpfs(const std::string& directory) {
  struct stat before {};
  if (::stat(directory.c_str(), &before) != 0) throw Refusal{errno, "look at " + directory, {}};
  const std::string mode = fmt::format("{:o}", before.st_mode & 07777U);
  const UniqueFd setup(static_cast<int>(::syscall(SYS_fsopen, "tmpfs", kMountCloexec)));
  const auto configure = [&](unsigned command, const char* key, const char* value) {
    return ::syscall(SYS_fsconfig, setup.get(), command, key, value, 0) == 0;
  };
  UniqueFd mount;
  if (setup && configure(kConfigSetString, "mode", mode.c_str()) &&
      configure(kConfigCreate, nullptr, nullptr))
    mount = UniqueFd(static_cast<int>(::syscall(SYS_fsmount, setup.get(), kMountCloexec, 0)));
  if (!mount) throw Refusal{errno, "make a tmpfs for " + directory, {}};
  attach_mount(mount, AT_FDCWD, directory);
  keep_owner(mount.get(), "", before);
  return mount;
}

UniqueFd clone_mount(int directory, const std::string& path) {
  UniqueFd mount(static_cast<int>(::syscall(
      SYS_open_tree, directory, path.c_str(),
      kOpenTreeClone | kRecursive | unsigned{O_CLOEXEC | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH})));
  if (!mount) throw Refusal{errno, fmt::format("open_tree({})", path), {}};
  return mount;
}

void attach_mount(const UniqueFd& mount, int directory, const std::string& path) {
  if (::syscall(SYS_move_mount, mount.get(), "", directory, path.c_str(), kMoveMountEmptyPath) != 0)
    throw Refusal{errno, fmt::format("move_mount({})", path), {}};
}

bool is_ordinary_users() {
  std::ifstream map("/proc/self/uid_map");
  unsigned long inside = 0;
  unsigned long outside = 0;
  unsigned long count = 0;
  map >> inside >> outside >> count;
  struct stat settings {};  // the machine's root's, in whichever /proc
  return (count == 1 && !(map >> inside)) ||
         (::stat("/proc/sys/kernel", &settings) == 0 && settings.st_uid == kNobodys);
}

void keep_owner(int directory, const std::string& path, const struct stat& real) {
  static const bool ordinary = is_ordinary_users();  // asked in a worker, which stays where it is
  constexpr auto kAsItIs = static_cast<uid_t>(-1);
  const uid_t owner = ordinary && real.st_uid == kNobodys ? kAsItIs : real.st_uid;
  const gid_t group = ordinary && real.st_gid == kNobodys ? kAsItIs : real.st_gid;
  (void)!::fchownat(directory, path.c_str(), owner, group, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
}

UniqueFd open_directory(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw Refusal{errno, "open directory " + path, {}};
  return fd;
}

std::string path_of(const UniqueFd& fd) { return fmt::format("/proc/self/fd/{}", fd.get()); }

Scratch::Scratch() { mount_or_throw("tmpfs", kScratch, "tmpfs", MS_NOSUID | MS_NODEV); }

Scratch::~Scratch() { ::umount2(kScratch, MNT_DETACH); }

UniqueFd Scratch::directory(const std::string& name) const {
  const std::string path = fmt::format("{}/{}", kScratch, name);
  if (::mkdir(path.c_str(), 0755) != 0) throw Refusal{errno, "make directory " + path, {}};
  return open_directory(path);
}

UniqueFd Scratch::file(const std::string& name) const {
  const std::string path = fmt::format("{}/{}", kScratch, name);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd || ::fchmod(fd.get(), 0644) != 0) throw Refusal{errno, "make file " + path, {}};
  return fd;
}

}  // namespace vethlab::mounts
