#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace vethlab {

inline std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

inline std::vector<std::string> names_in(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& each : std::filesystem::directory_iterator(directory))
    names.insert(each.path().filename());
  return {names.begin(), names.end()};
}

// A directory of the machine's, gone with the test.
struct MachineDirectory {
  MachineDirectory() {
    char name[] = "/tmp/vethlab-world-XXXXXX";
    path = ::mkdtemp(name);
    ::chmod(path.c_str(), 0755);
  }
  MachineDirectory(const MachineDirectory&) = delete;
  MachineDirectory& operator=(const MachineDirectory&) = delete;
  ~MachineDirectory() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path + "/" + name; }
  std::string path;
};

}  // namespace vethlab
