#include <vethlab/mounts/copy_tree.h>

#include <vethlab/base/errors.h>
#include <vethlab/mounts/mount.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

namespace vethlab::mounts {
namespace {

namespace fs = std::filesystem;

constexpr auto kReadable = fs::directory_options::skip_permission_denied;

// Unreadable, or gone since it was listed.
bool may_be_left_out(const std::error_code& error) {
  return error == std::errc::permission_denied || error == std::errc::operation_not_permitted ||
         error == std::errc::no_such_file_or_directory;
}

void copy(const fs::directory_entry& entry, const fs::path& to) {
  const fs::path& from = entry.path();
  struct stat status {};
  if (::lstat(from.c_str(), &status) != 0) return;
  std::error_code error;
  if (S_ISLNK(status.st_mode)) fs::copy_symlink(from, to, error);
  else if (S_ISDIR(status.st_mode)) fs::create_directory(to, error);
  else if (S_ISREG(status.st_mode)) fs::copy_file(from, to, error);
  else return;
  if (error && may_be_left_out(error)) return;
  if (error) throw Refusal{error.value(), "copy to " + to.string(), {}};
  keep_owner(AT_FDCWD, to, status);
  if (!S_ISLNK(status.st_mode)) ::chmod(to.c_str(), status.st_mode & 07777U);
}

}  // namespace

bool is_small(const std::string& directory) {
  std::uintmax_t bytes = 0;
  int files = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator each(directory, kReadable, error);
       !error && each != fs::recursive_directory_iterator(); each.increment(error)) {
    std::error_code none;
    if (each->is_regular_file(none) && !each->is_symlink(none)) bytes += each->file_size(none);
    if (++files > kMostFiles || bytes > std::uintmax_t{kMostMebibytes} << 20U) return false;
  }
  return true;
}

void copy_tree(const std::string& from, const std::string& to) {
  std::error_code error;
  for (fs::recursive_directory_iterator each(from, kReadable, error);
       !error && each != fs::recursive_directory_iterator(); each.increment(error))
    copy(*each, to / each->path().lexically_relative(from));
  if (error && !may_be_left_out(error)) throw Refusal{error.value(), "read " + from, {}};
}

}  // namespace vethlab::mounts
