#include <vethlab/netns/world.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/unique_fd.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include <fmt/format.h>

namespace vethlab::netns {
namespace {

void must_mount(const char* source, const std::string& target, const char* type,
                unsigned long flags, const char* data = nullptr) {
  if (::mount(source, target.c_str(), type, flags, data) != 0)
    throw Refusal{
        errno, fmt::format("mount {} on {}", type != nullptr ? type : source, target), {}};
}

void must_make_directory(const char* path) {
  if (::mkdir(path, 0755) != 0 && errno != EEXIST)
    throw Refusal{errno, fmt::format("make directory {} in the lab", path), {}};
}

// As `ip netns add` does.
void show_name(const World::Name& name) {
  const std::string path = "/run/netns/" + name.name;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file) throw Refusal{errno, "create " + path + " in the lab", {}};
  must_mount(fmt::format("/proc/self/fd/{}", name.netns.get()).c_str(), path, nullptr, MS_BIND);
}

void make_mounts() {
  must_mount("none", "/", nullptr, MS_REC | MS_SLAVE);
  must_mount("run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
  must_mount("none", "/run", nullptr, MS_SHARED);
  must_make_directory("/run/netns");
  must_make_directory("/run/lock");
  // A container that masks part of /proc is refused one of its own: then it shows the machine's
  // processes, which none of the lab's can reach.
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0 &&
      errno != EPERM)
    throw Refusal{errno, "mount proc on /proc", {}};
}

}  // namespace

void make_world(const World& world) {
  if (!world.is_made) make_mounts();
  for (const World::Name& name : world.new_names) show_name(name);
}

void make_own_sys() {
  if (::unshare(CLONE_NEWNS) != 0) throw Refusal{errno, "unshare(CLONE_NEWNS)", {}};
  if (::mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0 &&
      errno != EPERM)
    throw Refusal{errno, "mount sysfs on /sys", {}};
}

}  // namespace vethlab::netns
