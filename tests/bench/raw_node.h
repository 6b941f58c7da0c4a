#pragma once

#include <vethlab/base/unique_fd.h>

namespace vethlab::bench {

// A network namespace as the descriptors it takes to use it. It goes when they are closed, and the
// process that made it is in another.
struct RawNode {
  UniqueFd net = {};      // the namespace itself
  UniqueFd netlink = {};  // NETLINK_ROUTE
  UniqueFd icmp = {};     // raw, non-blocking, echo replies only
};

// Moves the calling process into a new network namespace and opens it.
[[nodiscard]] RawNode make_raw_node();

// The namespace the calling process is in, to come back to.
class Home {
 public:
  Home();
  void go_back() const;

 private:
  UniqueFd net_;
};

// Gives the calling process, which must have one thread, a network of its own; and the privilege to
// make more, from a user namespace if it has none.
void enter_own_network();

}  // namespace vethlab::bench
