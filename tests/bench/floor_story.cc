#include "floor_story.h"

#include <arpa/inet.h>

#include "raw_echo.h"
#include "raw_link.h"

namespace vethlab::bench {
namespace {

void set_up(const RawEnd& end, in_addr address) {
  raise_link(end.node, kLoopback);
  add_address(end.node, end.index, address, 16);
  raise_link(end.node, end.index);
}

}  // namespace

void tell_floor_story(const Home& home) {
  const in_addr host_address{::inet_addr("172.18.0.11")};
  const in_addr netns0_address{::inet_addr("172.18.0.10")};
  const RawNode host = make_raw_node();
  const RawNode netns0 = make_raw_node();
  home.go_back();  // now the descriptors alone hold the two

  const RawEnd veth0{.node = host, .index = 101, .name = "veth0"};
  const RawEnd ceth0{.node = netns0, .index = 102, .name = "ceth0"};
  create_veth(veth0, ceth0);
  set_up(veth0, host_address);
  set_up(ceth0, netns0_address);
  wait_until_up(host, veth0.index);
  wait_until_up(netns0, ceth0.index);

  ping(netns0, host_address);
  ping(host, netns0_address);
}

}  // namespace vethlab::bench
