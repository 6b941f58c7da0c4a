// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/capture/filter.h>
#include <vethlab/capture/ring.h>
#include <vethlab/lab/capture.h>
#include <vethlab/lab/node_state.h>

#include <map>
#include <string>
#include <vector>

namespace vethlab::internal {

// What a Capture is made of.
struct CaptureState {
  // `socket` as capture::Ring wants it; ifindex 0: all interfaces. Throws Refusal.
  CaptureState(NodeState& its_node, std::string its_dev, int ifindex, capture::Filter its_filter,
               CaptureOptions chosen, UniqueFd socket);

  NodeState& node;
  std::string dev;  // empty: all
  capture::Filter filter;
  CaptureOptions options;
  capture::Ring ring;
  std::vector<Packet> seen = {};
  std::map<int, std::string> names = {};  // of interfaces, as they were when first seen
  bool told = false;                      // of packets lost

  // Takes what has come.
  void drain(Caller caller);
  // In words, or empty: "capture of eth0 in a lost 12 packets".
  [[nodiscard]] std::string losses();
  [[nodiscard]] std::string text() const;  // "capture of eth0 in a (filter "icmp")"

 private:
  const std::string& name_of(int ifindex);
};

}  // namespace vethlab::internal
