#include <vethlab/mounts/name_files.h>

#include <vethlab/base/errors.h>
#include <vethlab/mounts/mount.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace vethlab::mounts {
namespace {

namespace fs = std::filesystem;

void write_whole(const UniqueFd& file, const std::string& text, const std::string& path) {
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw Refusal{errno, "write " + path, {}};
}

UniqueFd replace(const std::string& path) {
  ::unlink(path.c_str());
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file || ::fchmod(file.get(), 0644) != 0) throw Refusal{errno, "make " + path, {}};
  return file;
}

// Through symbolic links, though what they lead to may not exist.
fs::path where_it_leads(fs::path path) {
  constexpr int kMostLinks = 40;  // as the kernel's own
  for (int i = 0; i < kMostLinks && fs::is_symlink(path); ++i)
    path = (path.parent_path() / fs::read_symlink(path)).lexically_normal();
  return fs::weakly_canonical(path);
}

// systemd-resolved's, say: /etc/resolv.conf is a link to a file in the machine's /run.
bool make_in_run(const fs::path& target) {
  if (!target.string().starts_with("/run/")) return false;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  return UniqueFd(::open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)).get() >= 0;
}

}  // namespace

UniqueFd make_own_file(const std::string& path, const std::string& text, const PrivateDirs& own) {
  const fs::path directory = fs::weakly_canonical(fs::path(path).parent_path());
  if (own.hold(directory)) {
    UniqueFd file = replace(path);
    write_whole(file, text, path);
    return file;
  }
  const fs::path target = where_it_leads(path);
  if (!fs::exists(target) && !make_in_run(target)) return {};
  UniqueFd mount;
  UniqueFd file;
  {
    const Scratch scratch;
    file = scratch.file("file");
    write_whole(file, text, path);
    mount = clone_mount(file.get(), "");
  }
  attach_mount(mount, AT_FDCWD, target);
  return file;
}

}  // namespace vethlab::mounts
