#include <vethlab/lab/place.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>

#include <fcntl.h>

#include <cerrno>
#include <utility>

namespace vethlab::internal {
namespace {

UniqueFd duplicate(const UniqueFd& fd) {
  UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw Refusal{errno, "duplicate a namespace's descriptor", {}};
  return copy;
}

}  // namespace

netns::Place place_in(NodeState& node) {
  LabState& lab = node.lab;
  netns::Place place{.init = lab.keeper.init(),
                     .own_user_namespace = lab.keeper.user_namespace() == UserNamespace::kOwn,
                     .netns = node.netns.get()};
  place.world.is_made = lab.world_made;
  for (const auto& each : lab.nodes) {
    const NodeState& state = each->state();
    if (!state.in_run_netns) place.world.new_names.push_back({state.name, duplicate(state.netns)});
  }
  return place;
}

void note_world(NodeState& node) {
  node.lab.world_made = true;
  for (const auto& each : node.lab.nodes) each->state().in_run_netns = true;
}

}  // namespace vethlab::internal
