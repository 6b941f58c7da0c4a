#include <vethlab/mounts/mirror.h>

#include <vethlab/base/errors.h>
#include <vethlab/mounts/mount.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace vethlab::mounts {
namespace {

namespace fs = std::filesystem;

void show(const fs::directory_entry& entry, const UniqueFd& real, const UniqueFd& top) {
  const std::string name = entry.path().filename();
  std::error_code error;
  const fs::file_type type = entry.symlink_status(error).type();
  if (type == fs::file_type::symlink) {
    const fs::path target = fs::read_symlink(entry.path(), error);
    if (!error && ::symlinkat(target.c_str(), top.get(), name.c_str()) == 0) return;
    throw Refusal{error ? error.value() : errno, "copy symbolic link " + name, {}};
  }
  const bool directory = type == fs::file_type::directory;
  const int made = directory ? ::mkdirat(top.get(), name.c_str(), 0755)
                             : ::mknodat(top.get(), name.c_str(), S_IFREG | 0644, 0);
  if (made != 0) throw Refusal{errno, "make a place for " + name, {}};
  try {
    attach_mount(clone_mount(real.get(), name), top.get(), name);
  } catch (const Refusal& refusal) {
    if (refusal.error != ENOENT) throw;  // gone since it was listed
    ::unlinkat(top.get(), name.c_str(), directory ? AT_REMOVEDIR : 0);
  }
}

}  // namespace

void mirror(const std::string& directory) {
  const UniqueFd real = open_directory(directory);
  const UniqueFd top = cover_by_tmpfs(directory);
  std::error_code error;
  for (fs::directory_iterator each(path_of(real), error);
       !error && each != fs::directory_iterator(); each.increment(error))
    show(*each, real, top);
  if (error) throw Refusal{error.value(), "list directory " + directory, {}};
  if (directory == "/" && (::fchdir(top.get()) != 0 || ::chroot(".") != 0))
    throw Refusal{errno, "chroot to the node's own root", {}};
}

}  // namespace vethlab::mounts
