#include <vethlab/lab/doors.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/lab_state.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

// " --net=/proc/PID/fd/7": of this process, which whoever enters can look into.
std::string option(std::string_view name, int fd) {
  return fmt::format(" --{}=/proc/{}/fd/{}", name, ::getpid(), fd);
}

// Once for all nodes of a lab.
int opened(UniqueFd& door, const std::string& path) {
  if (!door) door = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!door) throw Refusal{errno, "open " + path, {}};
  return door.get();
}

// proc(5): "Pid:\t1234".
std::string process_of(int pidfd) {
  std::ifstream info(fmt::format("/proc/self/fdinfo/{}", pidfd));
  for (std::string word; info >> word;)
    if (std::string number; word == "Pid:" && info >> number) return number;
  throw Refusal{ESRCH, "look for the first process of the lab", {}};
}

// What programs have beside the network.
std::string world_of(NodeState& node) {
  const netns::Place place = node.place();
  const int processes =
      opened(node.lab.processes_door, fmt::format("/proc/{}/ns/pid", process_of(place.init)));
  return option("mount", place.mounts) + option("uts", place.uts) + option("pid", processes);
}

}  // namespace

std::string door_to(NodeState& node) {
  return node.attempt({}, [&] {
    std::string command = "nsenter --preserve-credentials";
    if (node.lab.keeper.user_namespace() == UserNamespace::kOwn)
      command += option("user", opened(node.lab.user_door,
                                       fmt::format("/proc/{}/ns/user", node.lab.keeper.pid())));
    command += option("net", node.netns.get());
    try {
      command += world_of(node);
    } catch (const std::exception&) {
    } catch (const Refusal&) {
    }
    return command;
  });
}

}  // namespace vethlab::internal
