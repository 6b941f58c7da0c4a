#include <vethlab/mounts/private_dirs.h>

#include <vethlab/base/errors.h>
#include <vethlab/mounts/copy_tree.h>
#include <vethlab/mounts/mirror.h>
#include <vethlab/mounts/mount.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

#include <fmt/format.h>

namespace vethlab::mounts {
namespace {

namespace fs = std::filesystem;

bool is_in(const fs::path& path, const fs::path& directory) {
  const auto [end, rest] =
      std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
  return end == directory.end();
}

void make_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw Refusal{error.value(), "make directory " + path.string(), {}};
}

// Its /run/netns stays everybody's.
void cover_run() {
  const UniqueFd names = clone_mount(AT_FDCWD, "/run/netns");
  cover_by_tmpfs("/run");
  make_directories("/run/lock");
  make_directories("/run/netns");
  attach_mount(names, AT_FDCWD, "/run/netns");
}

fs::path resolved(const std::string& directory) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(directory, error);
  if (error) throw Refusal{error.value(), "find directory " + directory, {}};
  for (const char* const shared : {"/proc", "/sys", "/run/netns"})
    if (is_in(real, shared) || real == "/")
      throw Refusal{
          EINVAL, fmt::format("make {} private, which leads to {}", directory, real.string()), {}};
  return real;
}

fs::path nearest_existing(fs::path path) {
  while (!fs::exists(path)) path = path.parent_path();
  return path;
}

// 0 or errno.
int overlay(const fs::path& directory) {
  struct stat real {};
  if (::stat(directory.c_str(), &real) != 0) return errno;
  const UniqueFd lower = open_directory(directory);
  const Scratch scratch;
  const UniqueFd upper = scratch.directory("upper");
  const UniqueFd work = scratch.directory("work");
  ::chmod(path_of(upper).c_str(), real.st_mode & 07777U);
  keep_owner(upper.get(), "", real);
  const std::string options = fmt::format("userxattr,lowerdir={},upperdir={},workdir={}",
                                          path_of(lower), path_of(upper), path_of(work));
  const unsigned long flags = MS_NOSUID | MS_NODEV;
  return ::mount("overlay", directory.c_str(), "overlay", flags, options.c_str()) == 0 ? 0 : errno;
}

bool copy(const fs::path& directory) {
  if (!is_small(directory)) return false;
  const UniqueFd real = open_directory(directory);
  cover_by_tmpfs(directory);
  copy_tree(path_of(real), directory);
  return true;
}

void show_what_is_there(const fs::path& directory) {
  if (is_ordinary_users() && copy(directory)) return;
  const int error = overlay(directory);
  if (error == 0 || copy(directory)) return;
  throw Refusal{error,
                fmt::format("mount overlay on {} (more than the {} MiB or {} files that would be "
                            "copied)",
                            directory.string(), kMostMebibytes, kMostFiles),
                {}};
}

}  // namespace

// Those that are missing come first: what is mounted in the directories that they are made in is
// on top.
PrivateDirs::PrivateDirs(const std::vector<std::string>& directories) {
  std::set<fs::path> there;
  std::set<fs::path> missing;
  for (const std::string& each : directories) {
    const fs::path real = resolved(each);
    (is_in(real, "/run") || fs::exists(real) ? there : missing).insert(real);
  }
  std::set<fs::path> nearest;
  for (const fs::path& each : missing) {
    if (std::ranges::any_of(there, [&](const fs::path& other) { return is_in(each, other); }))
      there.insert(each);
    else nearest.insert(nearest_existing(each));
  }
  for (const fs::path& each : nearest) mirror(each);
  for (const fs::path& each : missing) {
    if (there.contains(each)) continue;
    make_directories(each);
    real_.push_back(each);
  }
  for (const fs::path& each : there) cover(each);
}

bool PrivateDirs::hold(const fs::path& path) const {
  return std::ranges::any_of(real_, [&](const fs::path& each) { return is_in(path, each); });
}

void PrivateDirs::cover(const fs::path& directory) {
  if (hold(directory)) return make_directories(directory);
  if (directory == "/run") {
    cover_run();
  } else if (is_in(directory, "/run")) {
    make_directories(directory);
    cover_by_tmpfs(directory);
  } else {
    show_what_is_there(directory);
  }
  real_.push_back(directory);
}

}  // namespace vethlab::mounts
