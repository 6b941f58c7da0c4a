#include <vethlab/mounts/world.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/mounts/mount.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include <fmt/format.h>

namespace vethlab::mounts {
namespace {

void must_make_directory(const char* path) {
  if (::mkdir(path, 0755) != 0 && errno != EEXIST)
    throw Refusal{errno, fmt::format("make directory {} in the lab", path), {}};
}

// As `ip netns add` does.
void show_name(const World::Name& name) {
  const std::string path = "/run/netns/" + name.name;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
  if (!file)
    throw Refusal{errno, "create " + path + " in the lab",
                  errno == EEXIST ? "a program has made it" : ""};
  mount_or_throw(fmt::format("/proc/self/fd/{}", name.netns.get()).c_str(), path, nullptr, MS_BIND);
}

void make_mounts() {
  mount_or_throw("none", "/", nullptr, MS_REC | MS_SLAVE);
  mount_or_throw("run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
  must_make_directory("/run/lock");
  must_make_directory("/run/netns");
  mount_or_throw("/run/netns", "/run/netns", nullptr, MS_BIND);
  mount_or_throw("none", "/run/netns", nullptr, MS_SHARED);
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

}  // namespace vethlab::mounts
