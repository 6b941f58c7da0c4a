#pragma once

#include <netinet/in.h>

#include <string_view>

#include "raw_node.h"

namespace vethlab::bench {

inline constexpr int kLoopback = 1;  // its index, in every namespace

// One end of a wire. The caller chooses the index, and need not ask for it.
struct RawEnd {
  const RawNode& node;
  int index = 0;
  std::string_view name = {};
};

// = ip link add NAME index INDEX netns NODE type veth peer …; both ends are born in their place.
// master: a bridge for the first end, by index; 0 is none.
void create_veth(const RawEnd& first, const RawEnd& second, int master = 0);

// = ip link add NAME index INDEX type bridge
void create_bridge(const RawEnd& bridge);

// = ip link set … up
void raise_link(const RawNode& node, int index);

// = ip address add ADDRESS/LENGTH dev …
void add_address(const RawNode& node, int index, in_addr address, int length);

// Until packets may pass: the carrier alone does not do, the kernel starts the queue later. Asks
// again and again, as that is quickest where it takes some 50 us. Throws after 5 s.
void wait_until_up(const RawNode& node, int index);

// Until the kernel announces that the link has gone. The node must have called watch_links().
void watch_links(const RawNode& node);
void wait_until_gone(const RawNode& node, int index);

}  // namespace vethlab::bench
