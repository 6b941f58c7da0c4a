#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <vector>

#include "raw_node.h"

namespace vethlab::bench {

inline constexpr std::size_t kMeshSize = 32;  // what is measured

// Nodes on one bridge, which is in a namespace of its own: 10.0.0.1/16, 10.0.0.2/16 …
class FloorMesh {
 public:
  FloorMesh(const Home& home, std::size_t size);

  // Each node pings each other one once, all at the same time. Throws unless all are answered.
  void ping_all() const;

 private:
  struct Member {
    RawNode node = {};
    in_addr address = {};
  };

  void plug_in(std::size_t number);
  void wait_until_ready() const;
  [[nodiscard]] UniqueFd watch_replies() const;
  void send_all() const;

  RawNode bridge_;
  std::vector<Member> members_;
};

}  // namespace vethlab::bench
