// private
#pragma once

#include <vethlab/lab/node.h>

#include <cstdint>
#include <string>
#include <vector>

namespace vethlab::diagnosis {

// = tc -s qdisc show dev DEV
struct Discipline {
  std::string kind = {};  // "tbf"
  std::int64_t drops = 0;
  std::int64_t waiting = 0;  // packets
};
std::vector<Discipline> disciplines(const Node& node, const std::string& dev);

// = tc -s filter show dev DEV ingress (or egress)
struct TcFilter {
  std::string text = {};   // "protocol ip pref 5 u32"
  bool counts = false;     // it has an action, which counts
  std::int64_t drops = 0;  // of its actions; one that decides itself (bpf) counts none
};
std::vector<TcFilter> tc_filters(const Node& node, const std::string& dev,
                                 const std::string& where);

}  // namespace vethlab::diagnosis
