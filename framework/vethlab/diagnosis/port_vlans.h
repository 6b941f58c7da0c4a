// private
#pragma once

#include <vethlab/lab/node.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vethlab::diagnosis {

// The VLANs that a bridge's port is in.
struct PortVlans {
  std::vector<std::pair<int, int>> ranges = {};  // first and last
  std::optional<int> pvid = {};                  // of frames that come in without a tag
  std::string text = {};                         // "10, 20-29"; "none"
  [[nodiscard]] bool has(int vlan) const;
};

// = bridge vlan show dev DEV. Empty: bridge(8) is not there, or does not say.
std::optional<PortVlans> port_vlans(const Node& node, const std::string& dev);

}  // namespace vethlab::diagnosis
