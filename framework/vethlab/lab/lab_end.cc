#include <vethlab/lab/lab_end.h>

#include <vethlab/base/reporter.h>
#include <vethlab/lab/daemon_state.h>
#include <vethlab/lab/job.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/sockets.h>

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

namespace vethlab::internal {
namespace {

// What goes wrong here has no test any more to be told of by exception, and must not keep the rest
// from ending: a failure is recorded before it throws (--gtest_throw_on_failure).
template <class F>
void at_any_rate(F f) noexcept {
  try {
    f();
  } catch (...) {
  }
}

// `file` says `none` where a node has no TCP socket of the family: proc(5), "TCP: inuse 2 …".
void destroy_tcp_connections(LabState& lab, const char* file, std::string_view none, int family) {
  std::vector<int> indexes;
  for (const auto& node : lab.nodes) indexes.push_back(node->state().index);
  const std::vector<std::string> stats = lab.keeper.read_proc_net(file, indexes);
  for (std::size_t i = 0; i < stats.size(); ++i)
    if (stats[i].find(none) == std::string::npos)
      at_any_rate([&] { netlink::destroy_tcp_connections(lab.nodes[i]->state().diag(), family); });
}

}  // namespace

void end_all_inside(LabState& lab) noexcept {
  if (!lab.keeper.is_mine()) return;
  const auto grace = lab.options.grace;
  at_any_rate([&] { stop_daemons(lab); });
  for (; !lab.jobs.empty(); lab.jobs.pop_back()) at_any_rate([&] { lab.jobs.back()->end(grace); });
  for (const auto& node : lab.nodes) at_any_rate([&] { node->state().kept_worker = {}; });
  at_any_rate([&] {
    netns::Init* const init = lab.keeper.running_init();
    const std::string refused = init != nullptr ? init->end_all(grace) : "";
    if (!refused.empty()) reporter().failure(lab.made, refused);
  });
  // Last: what has ended may have left orphans of its own.
  if (!lab.sockets_out && !lab.world_made) return;
  at_any_rate([&] { destroy_tcp_connections(lab, "sockstat", "TCP: inuse 0 ", AF_INET); });
  at_any_rate([&] { destroy_tcp_connections(lab, "sockstat6", "TCP6: inuse 0\n", AF_INET6); });
}

}  // namespace vethlab::internal
