#pragma once

#include <vethlab/netlink/address.h>
#include <vethlab/netlink/link.h>
#include <vethlab/netlink/neighbour.h>
#include <vethlab/netlink/route.h>
#include <vethlab/netlink/rule.h>

#include <cstdint>
#include <iosfwd>
#include <variant>
#include <vector>

namespace vethlab {

// What the kernel announced in a node: = a line of ip monitor.
struct Change {
  enum class Kind : std::uint8_t {
    kNew,  // made, or changed: the kernel does not say which
    kDeleted,
    kOverrun  // announcements were lost; `object` is empty: ask the node how things are
  };
  Kind kind = Kind::kNew;
  std::variant<std::monostate, Link, InterfaceAddress, Route, Neighbour, Rule> object = {};
  friend bool operator==(const Change&, const Change&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Change& change);
};
void PrintTo(const Change& change, std::ostream* os);
void PrintTo(const std::vector<Change>& changes, std::ostream* os);

}  // namespace vethlab
