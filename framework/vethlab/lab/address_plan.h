// private
#pragma once

#include <vethlab/base/prefix.h>

#include <string>
#include <vector>

namespace vethlab::internal {

// Hands out what nobody chose: addresses (lab.h says which), MAC addresses, interface indexes.
// Deterministic: the same calls give the same answers.
class AddressPlan {
 public:
  explicit AddressPlan(std::vector<Family> families) : families_(std::move(families)) {}

  // A subnet is a wire between two nodes, or a switch with all that is connected to it.
  int new_wire() { return ++wires_; }
  int new_switch() { return -++switches_; }

  // One address of each family for the host-th (from 1) of a subnet. Throws std::invalid_argument
  // where the plan is used up.
  [[nodiscard]] std::vector<Prefix> addresses(int subnet, int host, Caller caller) const;

  std::string next_mac();
  int next_index() { return ++last_index_; }

 private:
  std::vector<Family> families_;
  int wires_ = 0;
  int switches_ = 0;
  int last_mac_ = 0;
  int last_index_ = 100;  // below: lo, and a kernel's fallback tunnel devices
};

}  // namespace vethlab::internal
