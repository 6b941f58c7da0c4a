// private
#pragma once

#include <vethlab/base/deadline.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/netlink/change.h>
#include <vethlab/netlink/device_names.h>

#include <linux/rtnetlink.h>

#include <array>
#include <span>
#include <vector>

namespace vethlab::netlink {

// rtnetlink(7)'s multicast groups: links, addresses, routes, neighbours and rules.
inline constexpr std::array<int, 8> kAllGroups = {
    RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
    RTNLGRP_IPV6_ROUTE, RTNLGRP_NEIGH,       RTNLGRP_IPV4_RULE,   RTNLGRP_IPV6_RULE};
inline constexpr std::array<int, 2> kAddressGroups = {RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR};

// A subscription to what the kernel announces in a node, on an rtnetlink socket that was opened there. Where announcements are lost
// (the socket's buffer was full) that itself is a change: who waits asks the node anew.
class Watch {
 public:
  explicit Watch(UniqueFd fd, std::span<const int> groups = kAllGroups);

  // Forgets what has been announced so far. True if there was something.
  bool clear();

  // What was announced since the last take or clear, without waiting. `names` are of the node now.
  std::vector<Change> take(const DeviceNames& names);

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

// Waits until one of them has something, or one of the others can be read: false when the deadline is
// over before.
bool wait_any(std::span<Watch* const> watches, Deadline deadline, std::span<const int> others = {});

}  // namespace vethlab::netlink
