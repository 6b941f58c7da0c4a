#pragma once

#include <vethlab/netlink/change.h>

#include <memory>
#include <vector>

namespace vethlab {

namespace netlink {
class Watch;
}
namespace internal {
struct NodeState;
}

// What the kernel announces in a node, from Node::monitor() on: = ip monitor. Not to outlive its lab.
class Monitor {
 public:
  Monitor(internal::NodeState& node, std::unique_ptr<netlink::Watch> watch);  // for Node
  Monitor(Monitor&&) noexcept;
  Monitor& operator=(Monitor&&) noexcept;
  ~Monitor();

  // The changes since the last call, oldest first, without waiting.
  [[nodiscard]] std::vector<Change> changes();

 private:
  internal::NodeState* node_;
  std::unique_ptr<netlink::Watch> watch_;
};

}  // namespace vethlab
