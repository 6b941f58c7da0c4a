#include <vethlab/base/errors.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/private_dirs.h>
#include <vethlab/lab/steps.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using internal::PrivateFile;

// All below runs in a worker, and gives errno; negative: of the private directory itself; 0: done.

// Never out of the directory, whatever symbolic links a program has left in it.
UniqueFd open_beneath(const UniqueFd& directory, const std::string& path, unsigned flags) {
  open_how how{};
  how.flags = flags | unsigned{O_CLOEXEC};
  how.mode = (flags & unsigned{O_CREAT}) != 0 ? 0644 : 0;
  how.resolve = RESOLVE_BENEATH;
  return UniqueFd(
      static_cast<int>(::syscall(SYS_openat2, directory.get(), path.c_str(), &how, sizeof how)));
}

UniqueFd open_private(const PrivateFile& file) {
  return UniqueFd(::open(file.directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

// A pipe would have us wait for somebody.
bool is_plain(const UniqueFd& fd) {
  struct stat status {};
  return ::fstat(fd.get(), &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

int make_parents(const UniqueFd& directory, const std::string& path) {
  std::filesystem::path made;
  for (const auto& name : std::filesystem::path(path).parent_path()) {
    const UniqueFd at = open_beneath(directory, made.empty() ? "." : made, O_PATH | O_DIRECTORY);
    if (!at) return errno;
    if (::mkdirat(at.get(), name.c_str(), 0755) != 0 && errno != EEXIST) return errno;
    made /= name;
  }
  return 0;
}

int write_whole(const PrivateFile& file, std::string_view text) {
  ::umask(022);  // of this worker: its files are alike whatever the test's own is
  const UniqueFd directory = open_private(file);
  if (!directory) return -errno;
  if (const int error = make_parents(directory, file.below); error != 0) return error;
  const UniqueFd fd = open_beneath(directory, file.below, O_WRONLY | O_CREAT | O_NONBLOCK);
  if (!fd) return errno;
  if (!is_plain(fd)) return EINVAL;
  if (::ftruncate(fd.get(), 0) != 0) return errno;
  while (!text.empty()) {
    const ssize_t written = ::write(fd.get(), text.data(), text.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::pair<int, std::string> read_whole(const PrivateFile& file) {
  const UniqueFd directory = open_private(file);
  if (!directory) return {-errno, {}};
  const UniqueFd fd = open_beneath(directory, file.below, O_RDONLY | O_NONBLOCK);
  if (!fd) return {errno, {}};
  if (!is_plain(fd)) return {EINVAL, {}};
  std::string text;
  std::string part(1 << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(fd.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {errno, {}};
    if (got == 0) return {0, std::move(text)};
    text.append(part, 0, static_cast<std::size_t>(got));
  }
}

void check(int error, std::string_view verb, std::string_view path, const Node& node,
           const PrivateFile& file, Caller caller) {
  if (error == 0) return;
  std::string why;
  if (error == EXDEV) why = fmt::format("a symbolic link leads out of {}", file.directory);
  if (error == EINVAL) why = "it is not a plain file";
  if (error == -ENOENT) why = fmt::format("the private directory {} was deleted", file.directory);
  throw_errno(caller, std::abs(error), fmt::format("{} {} in {}", verb, path, node.name()), why);
}

}  // namespace

void Node::write_file(TextView path, TextView text, Caller caller) {
  const internal::Doing doing(*state_, caller, "write_file", path);
  const PrivateFile file = internal::private_file(path, state_->private_dirs, "write_file", caller);
  const int error = run([&] { return write_whole(file, text); }, {}, caller);
  check(error, "write", path, *this, file, caller);
}

std::string Node::read_file(TextView path, Caller caller) const {
  const internal::Doing doing(*state_, caller, "read_file", path);
  const PrivateFile file = internal::private_file(path, state_->private_dirs, "read_file", caller);
  auto [error, text] = run([&] { return read_whole(file); }, {}, caller);
  check(error, "read", path, *this, file, caller);
  return std::move(text);
}

}  // namespace vethlab
