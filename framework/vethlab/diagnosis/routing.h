// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

namespace vethlab::diagnosis {

inline constexpr int kLocalTable = 255;
inline constexpr int kMainTable = 254;

// As ip(8) prints it.
template <class T>
std::string printed(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

// A packet as a node's routing sees it.
struct Flow {
  IpAddress from = {};
  IpAddress to = {};
  std::string in = {};  // the interface it came in by; empty: it is the node's own
  std::uint32_t mark = 0;
  std::string out = {};  // the interface it must leave by; empty: any
  bool chosen = true;    // whether the node's own packet has a source yet
};

// The kernel's own verdict: a route, or its errno.
struct RouteVerdict {
  std::optional<Route> route = {};
  int error = 0;
};
RouteVerdict ask_kernel(const Node& node, const Flow& flow);

// Of the routes of all tables but local, the longest prefix that has `to`; `type` empty: of any type.
std::optional<Route> best_route(Facts& facts, const Node& node, const IpAddress& to,
                                const std::string& type = {});
// The first of the node's rules, but for those every node has, that this packet meets.
std::optional<Rule> rule_met(Facts& facts, const Node& node, const Flow& flow,
                             const std::string& action = {});

// The node has a rule of a mark that this packet does not have on the wire, and a firewall may give it:
// what the kernel says of it without the mark decides nothing.
bool depends_on_mark(Facts& facts, const Node& node, const Flow& flow);

// Why a node that has no route for a packet has none; and why it has one that refuses (blackhole,
// unreachable, prohibit, throw; rules alike). "r1 has no route to …".
Finding no_route(Facts& facts, const Node& node, const Flow& flow);
Finding refusing_route(Facts& facts, const Node& node, const Flow& flow, int error);

// How a route reads in a sentence: "its default route by 10.0.1.9".
std::string in_words(const Route& route);
std::string in_words(const Rule& rule);

}  // namespace vethlab::diagnosis
