#include <vethlab/process/descendants.h>

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

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

}  // namespace

// A killed process's children become ours: each round gets at least one generation, and whoever is
// forking meanwhile is found in a later one. No child left: nothing left.
void kill_descendants(pid_t child) {
  ::kill(child, SIGKILL);
  if (!proc_is_of_our_namespace()) return;
  for (;;) {
    const auto parents = all_parents();
    std::set<pid_t> ours = {::getpid()};
    for (bool more = true; more;) {
      more = false;
      for (const auto& [pid, parent] : parents)
        if (ours.contains(parent) && ours.insert(pid).second) more = true;
    }
    ours.erase(::getpid());
    for (const pid_t pid : ours) ::kill(pid, SIGKILL);
    const pid_t first = ::waitpid(-1, nullptr, 0);
    if (first < 0 && errno == ECHILD) return;
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }
}

}  // namespace vethlab::process
