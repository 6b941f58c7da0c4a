#include <vethlab/lab/run_netns.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/inside.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

std::pair<UniqueFd, int> open_namespace(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return {UniqueFd(), errno};
  struct statfs file {};
  if (::fstatfs(fd.get(), &file) != 0 || file.f_type != NSFS_MAGIC) return {UniqueFd(), EINVAL};
  return {std::move(fd), 0};
}

bool is_same(const UniqueFd& one, const UniqueFd& other) {
  struct stat first {};
  struct stat second {};
  return ::fstat(one.get(), &first) == 0 && ::fstat(other.get(), &second) == 0 &&
         first.st_ino == second.st_ino;
}

}  // namespace

RunNetns open_run_netns(LabState& lab, const std::string& name, Caller caller) {
  auto [netns, error] = lab.nodes.front()->run(
      [path = "/run/netns/" + name] { return open_namespace(path); }, {}, caller);
  return {std::move(netns), error};
}

void check_new_name(LabState& lab, const std::string& name, const std::string& where,
                    Caller caller) {
  const auto refuse = [&](const std::string& why) {
    throw_bad_argument(caller, fmt::format("{}: {}", where, why));
  };
  const auto node =
      std::ranges::find(lab.nodes, name, [](const auto& each) { return each->name(); });
  const bool adopts = where == "adopt_node";
  // Not in a closure, which cannot run another.
  const bool can_look = lab.world_made && lab.depth == closure_depth();
  RunNetns now{.error = ENOENT};
  if (can_look && adopts == (node != lab.nodes.end())) now = open_run_netns(lab, name, caller);
  if (node == lab.nodes.end()) {
    if (now.error == ENOENT) return;
    refuse(fmt::format("a program of the lab has made /run/netns/{}: {}", name,
                       now.error == 0 ? fmt::format("adopt_node(\"{}\") makes it a node", name)
                                      : "choose another name"));
  }
  if (now.netns && !is_same(now.netns, (*node)->state().netns))
    refuse(
        fmt::format("node name \"{}\" is taken, by the node that was /run/netns/{} before a "
                    "program deleted that and made another",
                    name, name));
  refuse(fmt::format("node name \"{}\" is taken", name));
}

}  // namespace vethlab::internal
