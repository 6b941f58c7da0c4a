#include <vethlab/netns/descriptor_limit.h>

#include <vethlab/base/unique_fd.h>

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>

namespace vethlab::netns {

bool raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return false;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

// The lowest number is given first: with one free that far from the limit, those above are.
void make_room_for_descriptors() {
  constexpr rlim_t kRoom = 32;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  const auto lowest = static_cast<int>(limit.rlim_cur - std::min(limit.rlim_cur, kRoom));
  const UniqueFd any(::open("/", O_PATH | O_CLOEXEC));
  const UniqueFd high(any ? ::fcntl(any.get(), F_DUPFD_CLOEXEC, lowest) : -1);
  if (high.get() != lowest) raise_descriptor_limit();
}

}  // namespace vethlab::netns
