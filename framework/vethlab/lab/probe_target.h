// private
#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/lab/choose_address.h>
#include <vethlab/lab/lab.h>

#include <string>

namespace vethlab::internal {

struct NodeState;

// A probe that has been checked, and knows its address.
struct ProbeTarget {
  const Probe* probe = nullptr;
  IpAddress to = {};
  int scope = 0;  // index of the zone's interface; 0: none
  int out = 0;    // index of options.dev; 0: any

  [[nodiscard]] NodeState& from() const;
  [[nodiscard]] NodeState* meant() const;  // the node that is meant; nullptr: an address is
  [[nodiscard]] std::string text() const;  // "tcp port 443 of b (10.0.0.2)"
};

// What can be told without the kernel: std::invalid_argument.
void check_probe(const LabState& lab, const Probe& probe, Caller caller);
ProbeTarget resolve(const Probe& probe, Resolver& resolver, Caller caller);

}  // namespace vethlab::internal
