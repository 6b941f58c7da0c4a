#include <vethlab/expect/leak_check.h>

#include <vethlab/base/unique_fd.h>
#include <vethlab/lab/living_labs.h>
#include <vethlab/lab/zygote.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vethlab::internal {
namespace {

std::string target_of(const std::string& link) {
  std::array<char, 512> text;
  const ssize_t size = ::readlink(link.c_str(), text.data(), text.size());
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

// The numbers alone: what they are is asked of the few that are new.
std::set<int> open_descriptors() {
  std::set<int> open;
  const std::unique_ptr<DIR, int (*)(DIR*)> all(::opendir("/proc/self/fd"), ::closedir);
  if (!all) return open;
  const int own = ::dirfd(all.get());
  while (const dirent* entry = ::readdir(all.get())) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), fd);
    if (end.ec == std::errc() && fd != own) open.insert(fd);
  }
  return open;
}

// One that has ended and was not waited for, or that runs. (Not those of clone(2) with another exit
// signal: our own are such.)
bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

// Of pid and time, what a process can change is where its children will be.
constexpr std::array<const char*, LeakCheck::kNamespaces> kKinds = {
    "net", "user", "mnt", "ipc", "uts", "cgroup", "pid_for_children", "time_for_children"};

// By the links' texts, "net:[4026531840]": to follow one takes the kernel three times as long.
// 0: a kernel without it, or a pid namespace that nobody is in yet.
std::array<ino_t, LeakCheck::kNamespaces> namespaces() {
  std::array<ino_t, LeakCheck::kNamespaces> now{};
  const UniqueFd all(::open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t i = 0; i < now.size(); ++i) {
    std::array<char, 64> text;
    const ssize_t size = ::readlinkat(all.get(), kKinds[i], text.data(), text.size());
    const std::string_view link(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    const auto number = link.substr(std::min(link.find('[') + 1, link.size()));
    (void)std::from_chars(number.data(), number.data() + number.size(), now[i]);
  }
  return now;
}

// "network namespace 4026532571 held by descriptor 7", where it is one: net:[4026532571].
std::string describe(int fd) {
  const std::string target = target_of(fmt::format("/proc/self/fd/{}", fd));
  const auto open = target.find(":[");
  if (target.starts_with("net:["))
    return fmt::format("network namespace {} held by descriptor {}",
                       target.substr(open + 2, target.size() - open - 3), fd);
  return fmt::format("descriptor {}: {}", fd, target);
}

class LeakListener : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override { check_.begin(); }

  void OnTestEnd(const testing::TestInfo& test) override {
    const std::string left = check_.left();
    if (!left.empty()) ADD_FAILURE_AT(test.file(), test.line()) << "The test left behind:" << left;
  }

  LeakCheck check_;
};

}  // namespace

// The mounts first: the descriptor that it keeps is there before the test, then.
void LeakCheck::begin() {
  mounts_.begin();
  descriptors_ = open_descriptors();
  namespaces_ = namespaces();
  had_children_ = has_children();
}

std::string LeakCheck::left() {
  std::string left;
  const auto now = namespaces();
  for (std::size_t i = 0; i < now.size(); ++i)
    if (now[i] != namespaces_[i])
      left += fmt::format("\n  the test process itself is in {0}:[{1}], and was in {0}:[{2}]",
                          kKinds[i], now[i], namespaces_[i]);
  for (const std::string& mount : mounts_.new_ones())
    left += fmt::format("\n  a mount of {} (unless another program made it meanwhile)", mount);
  if (living_labs() > 0) return left;
  for (const int fd : open_descriptors())
    if (!descriptors_.contains(fd) && !std::ranges::count(zygote_descriptors(), fd))
      left += "\n  " + describe(fd);
  if (!had_children_ && has_children()) left += "\n  a child process, not waited for";
  return left;
}

void install_leak_check() {
  // GoogleTest's from here on.
  testing::UnitTest::GetInstance()->listeners().Append(new LeakListener);
}

}  // namespace vethlab::internal
