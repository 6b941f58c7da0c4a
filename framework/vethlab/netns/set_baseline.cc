#include <vethlab/netns/set_baseline.h>

#include <vethlab/netns/raw_call.h>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace vethlab::netns {
namespace {

constexpr std::string_view kRoot = "/proc/sys/net/";

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }
std::string_view directory_of(std::string_view path) { return path.substr(0, path.rfind('/')); }

}  // namespace

// The first namespace shows which settings a new one lacks (they come from the host, alike for
// all): it alone is asked for each.
bool SetBaseline::operator()(std::array<char, 300>& attempt) {
  attempt_ = &attempt;
  bool done = true;
  for (std::size_t i = 0; done && i < kBaseline.size(); ++i) done = set(i);
  const int error = errno;
  open_directory({});
  errno = error;
  known_ = known_ || done;
  return done;
}

bool SetBaseline::set(std::size_t number) {
  const auto& [path, value, ours] = kBaseline[number];
  if (known_ && !differs_[number]) return true;
  const std::string_view directory = directory_of(path);
  if (directory != directory_path_ && !open_directory(directory))
    return errno == ENOENT || fail("open ", path);  // a kernel without it (no IPv6, say)
  if (!known_ && !look(number)) return errno == ENOENT || fail("read ", path);
  if (!differs_[number]) return true;
  const long file = call(SYS_openat, directory_, name_of(path).data(), O_WRONLY | O_CLOEXEC, 0);
  if (file < 0 && errno == ENOENT && ours) differs_[number] = false;
  if (file < 0) return !differs_[number] || fail("open ", path);
  const std::string_view text = value;
  const bool written = call(SYS_write, file, text.data(), text.size()) >= 0 || fail("write ", path);
  const int error = errno;
  call(SYS_close, file);
  errno = error;
  return written;
}

// Names looked up below an open directory take the kernel a third less time than whole paths.
bool SetBaseline::open_directory(std::string_view path) {
  if (directory_ >= 0) call(SYS_close, directory_);
  directory_ = -1;
  directory_path_ = path;
  if (path.empty()) return true;
  std::array<char, 300> whole{};
  append(whole, kRoot);
  append(whole, path);
  directory_ = call(SYS_openat, AT_FDCWD, whole.data(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  if (directory_ < 0) directory_path_ = {};
  return directory_ >= 0;
}

// Whether the namespace has it already.
bool SetBaseline::look(std::size_t number) {
  const auto& [path, value, ours] = kBaseline[number];
  differs_[number] = ours;
  if (ours) return true;
  const long file = call(SYS_openat, directory_, name_of(path).data(), O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return false;
  std::array<char, 64> text{};
  const long got = call(SYS_read, file, text.data(), text.size());
  const int error = errno;
  call(SYS_close, file);
  errno = error;
  if (got < 0) return false;
  std::string_view found(text.data(), static_cast<std::size_t>(got));
  while (found.ends_with('\n')) found.remove_suffix(1);
  differs_[number] = found != value;
  return true;
}

bool SetBaseline::fail(std::string_view attempt, std::string_view path) {
  const int error = errno;
  append(*attempt_, attempt);
  append(*attempt_, kRoot);
  append(*attempt_, path);
  errno = error;
  return false;
}

}  // namespace vethlab::netns
