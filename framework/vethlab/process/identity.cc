#include <vethlab/process/identity.h>

#include <vethlab/base/errors.h>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <fstream>

#include <fmt/format.h>

namespace vethlab::process {

Identity::Identity(const std::string& user) {
  if (user.empty()) return;
  errno = 0;
  const passwd* const entry = ::getpwnam(user.c_str());
  if (entry == nullptr)
    throw Refusal{errno != 0 ? errno : ENOENT, "find user " + user, "there is no such user"};
  other_ = true;
  uid_ = entry->pw_uid;
  gid_ = entry->pw_gid;
  attempt_ = fmt::format("become user {} (uid {})", user, uid_);
  int count = 0;
  ::getgrouplist(user.c_str(), gid_, nullptr, &count);
  groups_.resize(static_cast<std::size_t>(count));
  ::getgrouplist(user.c_str(), gid_, groups_.data(), &count);
}

Refusal Identity::refusal(int error) const {
  std::ifstream map("/proc/self/uid_map");
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  const bool one = map >> inside >> outside >> count && count == 1 && !(map >> inside);
  return {
      error, attempt_,
      one ? "an ordinary user's lab has root alone, without LabOptions{.ids = Ids::kSubordinate}"
          : ""};
}

int Identity::take_on() const {
  if (!other_) return 0;
  const bool done = ::setgroups(groups_.size(), groups_.data()) == 0 && ::setgid(gid_) == 0 &&
                    ::setuid(uid_) == 0;
  return done ? 0 : errno;
}

}  // namespace vethlab::process
