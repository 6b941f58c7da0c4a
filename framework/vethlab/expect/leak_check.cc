#include <vethlab/expect/leak_check.h>

#include <vethlab/lab/living_labs.h>
#include <vethlab/lab/zygote.h>

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
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

constexpr std::array kNamespaces = {"net", "user", "mnt"};
using Namespaces = std::array<std::string, kNamespaces.size()>;

Namespaces namespaces() {
  Namespaces now;
  for (std::size_t i = 0; i < now.size(); ++i)
    now[i] = target_of(fmt::format("/proc/self/ns/{}", kNamespaces[i]));
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

class LeakCheck : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override {
    descriptors_ = open_descriptors();
    namespaces_ = namespaces();
    had_children_ = has_children();
  }

  void OnTestEnd(const testing::TestInfo& test) override {
    std::string left;
    const Namespaces now = namespaces();
    for (std::size_t i = 0; i < now.size(); ++i)
      if (now[i] != namespaces_[i])
        left += fmt::format("\n  the test process itself is in {}, and was in {}", now[i],
                            namespaces_[i]);
    if (living_labs() == 0) {
      for (const int fd : open_descriptors())
        if (!descriptors_.contains(fd) && !std::ranges::count(zygote_descriptors(), fd))
          left += "\n  " + describe(fd);
      if (!had_children_ && has_children()) left += "\n  a child process, not waited for";
    }
    if (!left.empty()) ADD_FAILURE_AT(test.file(), test.line()) << "The test left behind:" << left;
  }

  std::set<int> descriptors_;
  Namespaces namespaces_;
  bool had_children_ = false;
};

}  // namespace

void install_leak_check() {
  testing::UnitTest::GetInstance()->listeners().Append(new LeakCheck);  // GoogleTest's from here on
}

}  // namespace vethlab::internal
