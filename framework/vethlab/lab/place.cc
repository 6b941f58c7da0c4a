#include <vethlab/base/errors.h>
#include <vethlab/lab/inside.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/zygote.h>
#include <vethlab/netns/descriptor_limit.h>
#include <vethlab/netns/node_world.h>

#include <fcntl.h>

#include <cerrno>
#include <stdexcept>

namespace vethlab::internal {
namespace {

UniqueFd duplicate(const UniqueFd& fd) {
  UniqueFd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) throw Refusal{errno, "duplicate a namespace's descriptor", {}};
  return copy;
}

netns::Place lab_place(LabState& lab, int netns) {
  netns::Place place{.init = lab.keeper.init(),
                     .own_user_namespace = lab.keeper.user_namespace() == UserNamespace::kOwn,
                     .netns = netns};
  place.world.is_made = lab.world_made;
  for (const auto& each : lab.nodes) {
    const NodeState& node = each->state();
    if (!node.in_run_netns) place.world.new_names.push_back({node.name, duplicate(node.netns)});
  }
  return place;
}

}  // namespace

netns::Place NodeState::place() {
  if (lab.depth != closure_depth())
    throw std::logic_error(
        "a closure cannot run another closure, nor a program: call it from the test");
  netns::make_room_for_descriptors();
  if (!world_when_needed.is_made()) {
    world_when_needed =
        netns::make_node_world(zygote(), lab_place(lab, netns.get()), {name, private_dirs});
    lab.note_world();
  }
  lab.hosts.refresh(lab, *this);
  netns::Place place = lab_place(lab, netns.get());
  place.mounts = world_when_needed.mounts.get();
  place.uts = world_when_needed.uts.get();
  return place;
}

[[gnu::hot]] void LabState::note_world() {
  world_made = true;
  for (const auto& each : nodes) each->state().in_run_netns = true;
}

}  // namespace vethlab::internal
