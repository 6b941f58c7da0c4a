#pragma once

#include <vethlab/base/deadline.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/link_requests.h>
#include <vethlab/netlink/watch.h>
#include <vethlab/vethlab.h>

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace vethlab {

// Tells when a namespace dies: a veth end in the namespace that this process is in, whose peer is in
// the other. (Neither /proc nor lsns shows a namespace that only a descriptor or a socket holds.)
class Canary {
 public:
  static void put_into(const Node& node) {
    netlink::Socket home(rtnetlink_here());
    netlink::add_veth(home, {.name = "canary"},
                      {.name = "peer", .netns = node.state().netns.get()});
  }

  bool comes() { return wait(true); }
  bool goes() { return wait(false); }

 private:
  static UniqueFd rtnetlink_here() {
    return UniqueFd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  }

  bool wait(bool there) {
    const auto deadline = Deadline::in(std::chrono::seconds(10));
    const std::array<netlink::Watch*, 1> watches = {&watch_};
    do {
      watch_.clear();
      const auto links = netlink::links(here_);
      if (std::ranges::any_of(links, [](const Link& l) { return l.name == "canary"; }) == there)
        return true;
    } while (netlink::wait_any(watches, deadline));
    return false;
  }

  netlink::Socket here_{rtnetlink_here()};
  netlink::Watch watch_{rtnetlink_here()};
};

}  // namespace vethlab
