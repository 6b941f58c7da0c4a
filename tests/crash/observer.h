#pragma once

#include "in_fork.h"

#include <vethlab/base/deadline.h>
#include <vethlab/mounts/mount.h>

#include <poll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace vethlab {

// Waits until this process has no child left, whatever its exit signal; 1 if there are some then: what is
// left stays for good, so that a busy machine may take its time.
inline int children_left(std::chrono::milliseconds patience = std::chrono::seconds(30)) {
  const auto deadline = Deadline::in(patience);
  siginfo_t info{};
  while (!deadline.over()) {
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WALL) != 0) return errno == ECHILD ? 0 : 1;
    ::poll(nullptr, 0, 1);  // an orphan's end has no event for us
  }
  return 1;
}

// Those that are left, of whatever parent below this process: "vethlab-zygote S do_poll".
inline std::string who_is_left() {
  std::string names;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "status");
    std::string name;
    std::string state;
    bool ours = false;
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Name:\t")) name = line.substr(6);
      if (line.starts_with("State:\t")) state = line.substr(7, 1);
      if (line == "PPid:\t" + std::to_string(::getpid())) ours = true;
    }
    std::string where;
    std::getline(std::ifstream(entry.path() / "wchan") >> std::ws, where);
    if (ours) names += fmt::format("{}{} {} {}", names.empty() ? "" : ", ", name, state, where);
  }
  return names;
}

// This process (a fork of the test) becomes a place where all that its children leave is seen:
//   processes   orphans become its children
//   namespaces  it may have so many network namespaces, with its children: then they would never fit again
//   mounts      it has a table of its own
//   files       /run, /tmp, /var/tmp and /dev/shm are its own, and empty; /var shows the machine's, and
//               what is written there is kept beside it
// Its ids are all that the test has, so that daemons may change their user.
// (Neither /proc nor lsns shows a namespace that only a descriptor or a socket holds.)
class Observer {
 public:
  explicit Observer(int most_namespaces = 40) : most_namespaces_(most_namespaces) {
    enter_user_namespace(CLONE_NEWNS);
    write_file("/proc/sys/user/max_net_namespaces", std::to_string(most_namespaces));
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    mount("none", "/", nullptr, MS_REC | MS_PRIVATE);
    keep_what_is_written_in_var();
    for (const char* const directory : kDirectories) mount("none", directory, "tmpfs", 0);
    ::setenv("TMPDIR", "/tmp", 1);
    if (::chdir("/") != 0) throw std::runtime_error("chdir");  // where it was may be covered now
    mounts_ = mount_ids();
  }

  // "0 processes, 0 namespaces, 0 mounts, 0 files left"
  [[nodiscard]] std::string left(
      std::chrono::milliseconds patience = std::chrono::seconds(30)) const {
    const int processes = children_left(patience);
    return std::to_string(processes) + " processes, " + std::to_string(namespaces_left(patience)) +
           " namespaces, " + std::to_string(new_mounts()) + " mounts, " +
           std::to_string(files_left()) + " files left";
  }

 private:
  static constexpr const char* kDirectories[] = {"/run", "/tmp", "/var/tmp", "/dev/shm"};

  static void mount(const char* source, const char* target, const char* type, unsigned long flags) {
    if (::mount(source, target, type, flags, nullptr) != 0)
      throw std::runtime_error(std::string("mount on ") + target);
  }

  void keep_what_is_written_in_var() {
    const mounts::Scratch scratch;
    const UniqueFd work = scratch.directory("work");
    written_in_var_ = scratch.directory("written");
    const std::string options =
        "userxattr,lowerdir=/var,upperdir=" + mounts::path_of(written_in_var_) +
        ",workdir=" + mounts::path_of(work);
    mounts::mount_or_throw("overlay", "/var", "overlay", MS_NOSUID | MS_NODEV, options.c_str());
  }

  // The first field of each line is a mount's own.
  static std::set<std::string> mount_ids() {
    std::set<std::string> ids;
    std::ifstream table("/proc/self/mountinfo");
    for (std::string line; std::getline(table, line);) ids.insert(line.substr(0, line.find(' ')));
    return ids;
  }

  // One of the machine's may go meanwhile: with its directory.
  [[nodiscard]] std::ptrdiff_t new_mounts() const {
    const std::set<std::string> now = mount_ids();
    return std::ranges::count_if(now, [&](const auto& id) { return !mounts_.contains(id); });
  }

  // The kernel announces no end of a namespace, and takes its time for it.
  [[nodiscard]] int namespaces_left(std::chrono::milliseconds patience) const {
    Lab lab;
    const auto deadline = Deadline::in(patience);
    for (int made = 0; made < most_namespaces_;) {
      try {
        lab.add_node("n" + std::to_string(made));
        ++made;
      } catch (const Unsupported&) {
        if (deadline.over()) return most_namespaces_ - made;
        ::poll(nullptr, 0, 1);
      }
    }
    return 0;
  }

  [[nodiscard]] std::ptrdiff_t files_left() const {
    std::ptrdiff_t count = files_in(mounts::path_of(written_in_var_));
    for (const char* const directory : kDirectories) count += files_in(directory);
    return count;
  }

  static std::ptrdiff_t files_in(const std::filesystem::path& directory) {
    const std::filesystem::recursive_directory_iterator all(directory);
    return std::distance(begin(all), end(all));
  }

  int most_namespaces_;
  UniqueFd written_in_var_;
  std::set<std::string> mounts_;
};

}  // namespace vethlab
