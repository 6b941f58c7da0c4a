#include "settle.h"

#include "raw_link.h"

namespace vethlab::bench {

void wait_until_the_dead_are_gone(const Home& home) {
  const RawNode observer = make_raw_node();
  const RawEnd near{.node = observer, .index = 101, .name = "near"};
  {
    const RawNode last = make_raw_node();
    home.go_back();
    create_veth(near, {.node = last, .index = 102, .name = "far"});
    watch_links(observer);
  }
  wait_until_gone(observer, near.index);
}

}  // namespace vethlab::bench
