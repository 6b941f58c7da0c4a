// private
#pragma once

#include <vethlab/netlink/watch.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace vethlab::internal {

struct LabState;
struct NodeState;

// The lab's names in /etc/hosts (hosts(5)), alike in all nodes: each node by its name, with all the
// addresses that it has now, but those of link and host scope. A node whose name cannot be a
// host's is left out.
//
// The kernel announces each change of an address before whoever made it goes on: a node is asked
// for its addresses at the first refresh, and after such a change.
class HostsFile {
 public:
  // Makes that of `node` right. Throws Refusal, Unsupported, WorkerFailed.
  void refresh(LabState& lab, NodeState& node);

 private:
  struct Host {
    NodeState* node;
    std::unique_ptr<netlink::Watch> watch;
    std::string lines = {};
  };
  void add_new_nodes(LabState& lab);
  void write_text();

  std::vector<Host> hosts_ = {};
  std::size_t nodes_seen_ = 0;
  std::string text_ = {};
  int version_ = 0;  // of text_
};

}  // namespace vethlab::internal
