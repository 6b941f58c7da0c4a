#include <vethlab/lab/monitor.h>

#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/watch.h>

#include <utility>

namespace vethlab {

Monitor::Monitor(internal::NodeState& node, std::unique_ptr<netlink::Watch> watch)
    : node_(&node), watch_(std::move(watch)) {}
Monitor::Monitor(Monitor&&) noexcept = default;
Monitor& Monitor::operator=(Monitor&&) noexcept = default;
Monitor::~Monitor() = default;

std::vector<Change> Monitor::changes() {
  return node_->ask({}, [&] { return watch_->take(netlink::DeviceNames(node_->netlink)); });
}

}  // namespace vethlab
