#include <vethlab/process/descendants.h>

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace vethlab::process {
namespace {

// proc(5): the fourth word of /proc/PID/stat, after a name that may contain anything.
pid_t parent_of(const char* pid) {
  std::ifstream file(std::string("/proc/") + pid + "/stat");
  std::string stat;
  std::getline(file, stat, '\0');
  const auto name_end = stat.rfind(')');
  pid_t parent = 0;
  if (name_end != stat.npos && name_end + 4 < stat.size())
    std::from_chars(stat.data() + name_end + 4, stat.data() + stat.size(), parent);
  return parent;
}

std::map<pid_t, pid_t> all_parents() {
  std::map<pid_t, pid_t> parents;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
    const std::string_view name = entry->d_name;
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec == std::errc())
      parents[pid] = parent_of(entry->d_name);
  }
  return parents;
}

// Elsewhere its numbers are others: NSpid then names this process in more than one namespace.
bool proc_is_of_our_namespace() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("NSpid:")) return line == "NSpid:\t" + std::to_string(::getpid());
  return false;
}

// proc(5): its arguments, each ended by a zero byte; empty: it has ended, which may be between the
// opening and the reading (ESRCH; a stream's read() says so by no bytes, its iterators throw).
std::string command_line(pid_t pid) {
  constexpr std::size_t kMost = 200;
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline");
  std::string text(kMost + 1, '\0');
  text.resize(static_cast<std::size_t>(file.read(text.data(), kMost + 1).gcount()));
  while (!text.empty() && text.back() == '\0') text.pop_back();
  std::ranges::replace(text, '\0', ' ');
  if (text.size() > kMost) text.replace(kMost, text.npos, " …");
  return text;
}

// All that came from this process.
std::set<pid_t> ours() {
  const auto parents = all_parents();
  std::set<pid_t> found = {::getpid()};
  for (bool more = true; more;) {
    more = false;
    for (const auto& [pid, parent] : parents)
      if (found.contains(parent) && found.insert(pid).second) more = true;
  }
  found.erase(::getpid());
  return found;
}

}  // namespace

// A shell's own forks have its command line.
std::vector<std::string> descendants(pid_t child) {
  if (!proc_is_of_our_namespace()) return {};
  std::vector<std::string> lines;
  const std::string its_own = command_line(child);
  for (const pid_t pid : ours())
    if (std::string line = command_line(pid); !line.empty() && line != its_own)
      lines.push_back(std::move(line));
  return lines;
}

// A killed process's children become ours: each round gets at least one generation, and whoever is
// forking meanwhile is found in a later one. No child left: nothing left.
void kill_descendants(pid_t child) {
  ::kill(child, SIGKILL);
  if (!proc_is_of_our_namespace()) return;
  for (;;) {
    for (const pid_t pid : ours()) ::kill(pid, SIGKILL);
    const pid_t first = ::waitpid(-1, nullptr, 0);
    if (first < 0 && errno == ECHILD) return;
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }
}

bool nothing_left() {
  pid_t ended = 0;
  while ((ended = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
  }
  return ended < 0 && errno == ECHILD;
}

}  // namespace vethlab::process
