#pragma once

#include <iosfwd>
#include <string>

namespace vethlab {

// A node's network at one moment, for "nothing left behind" (Node::snapshot).
struct Snapshot {
  std::string text = {};  // sections, each under the command that it equals: "# ip link"
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Snapshot& snapshot);
};

}  // namespace vethlab
