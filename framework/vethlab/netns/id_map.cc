#include <vethlab/netns/id_map.h>

#include <vethlab/base/errors.h>
#include <vethlab/base/unique_fd.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace vethlab::netns {
namespace {

// One write(2), as the kernel wants it; 0 or errno.
int write_whole(const std::string& path, const std::string& text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return errno;
  return ::write(fd.get(), text.data(), text.size()) < 0 ? errno : 0;
}

// Every id that exists for us, onto itself: "0 0 4294967295", or the extents of a container.
std::string identity(const char* map) {
  std::ifstream lines(map);
  std::string result;
  unsigned long inside = 0;
  unsigned long outside = 0;
  unsigned long count = 0;
  while (lines >> inside >> outside >> count)
    result += fmt::format("{} {} {}\n", inside, inside, count);
  return result;
}

}  // namespace

void write_id_maps(pid_t process) {
  const std::string dir = fmt::format("/proc/{}/", process);
  if (::geteuid() == 0 && write_whole(dir + "uid_map", identity("/proc/self/uid_map")) == 0 &&
      write_whole(dir + "gid_map", identity("/proc/self/gid_map")) == 0)
    return;

  const auto must = [&](const char* file, const std::string& text) {
    const int error = write_whole(dir + file, text);
    if (error != 0) throw Refusal{error, fmt::format("write \"{}\" to {}{}", text, dir, file), {}};
  };
  must("setgroups", "deny");  // without it an unprivileged gid_map is refused
  must("uid_map", fmt::format("0 {} 1", ::geteuid()));
  must("gid_map", fmt::format("0 {} 1", ::getegid()));
}

}  // namespace vethlab::netns
