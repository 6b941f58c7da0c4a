// private
#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/base/stream.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/netns/worker.h>

#include <sched.h>

#include <tuple>
#include <vector>

namespace vethlab::internal {

// What a worker is told that is to stream echoes.
struct StreamOrder {
  struct Target {
    IpAddress to = {};
    int scope = 0;  // IPv6: index of the zone's interface; 0: none
  };
  std::vector<Target> targets = {};
  StreamOptions options = {};
  UniqueFd socket4 = {};      // raw, prepared; where there is a target of that family
  UniqueFd socket6 = {};      // the same
  cpu_set_t processors = {};  // the test's
  friend auto members(StreamOrder& o) {
    return std::tie(o.targets, o.options, o.socket4, o.socket6, o.processors);
  }
};

// In that worker: says kMade when the first echo of each is sent; at a kStop it ends, and says kValue, with
// a StreamReport each, in order, without `to`. kThrew: why it couldn't.
void obey_stream(netns::Worker& worker, netns::Message order);

}  // namespace vethlab::internal
