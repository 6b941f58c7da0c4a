#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/probe.h>
#include <vethlab/expect/reachability.h>
#include <vethlab/lab/lab.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace vethlab {

// Who reaches whom, in a whole lab:
//
//   EXPECT_REACHABILITY(lab, Reachability::all().except(guest, server, GetsNoAnswer()));
//   EXPECT_REACHABILITY(lab, Reachability::none(GetsNoAnswer()).except(a, b).except(b, a));
//
//   EXPECT_REACHABILITY(lab, Reachability::all().tcp(443));
//
// Every node that has an address beyond loopback and link-local (a switch without one is none of
// them) is asked for every other, in each family of which both have one. A pair is one way.
// Bad input is std::invalid_argument.
class Reachability {
 public:
  static Reachability all();
  static Reachability none(testing::Matcher<const ProbeReport&> because);

  // Of this pair something else is expected: that it is reached, in a matrix of none …
  Reachability& except(const Node& from, const Node& to, Caller caller = Caller::here());
  // … or not, and why, as always: FailsWith(ENETUNREACH), GetsNoAnswer(), GetsIcmp(…).
  Reachability& except(const Node& from, const Node& to,
                       testing::Matcher<const ProbeReport&> because,
                       Caller caller = Caller::here());

  Reachability& among(std::initializer_list<std::reference_wrapper<const Node>> nodes);
  Reachability& only(Family family);

  // By what is asked: all().tcp(443) whether each node's port 443 takes connections, all().icmp().udp(7)
  // both. Without any of these: by echoes. What an exception expects, it expects of each.
  Reachability& icmp();
  Reachability& tcp(int port, Caller caller = Caller::here());  // 1 to 65535
  Reachability& udp(int port, Caller caller = Caller::here());

  // For has_reachability.
  using Pair = std::pair<const Node*, const Node*>;
  using Expected = std::optional<testing::Matcher<const ProbeReport&>>;  // empty: is reached
  struct Means {
    Transport transport;
    int port;  // 0 for an echo
    friend bool operator==(const Means&, const Means&) = default;
  };
  struct Parts {
    Expected others;
    std::map<Pair, Expected> exceptions;
    std::vector<const Node*> nodes;  // empty: all
    std::optional<Family> family;    // empty: both
    std::vector<Means> means;        // empty: echoes
  };
  [[nodiscard]] const Parts& parts() const { return parts_; }

 private:
  explicit Reachability(Expected others) : parts_{std::move(others), {}, {}, {}, {}} {}
  Reachability& add(Means means, Caller caller);
  Reachability& add(const Node& from, const Node& to, Expected expected, Caller caller);

  Parts parts_;
};

// All pairs at once; more than 128 probes (of 9 nodes, in both families) by 128, after each of which
// the nodes forget whom they know on their links: the kernel's table of those is small. A failure
// shows who reached whom, and each pair of which something else was expected. `options` are each
// probe's.
testing::AssertionResult has_reachability(Lab& lab, const Reachability& expected,
                                          const ProbeOptions& options = {},
                                          Caller caller = Caller::here());

}  // namespace vethlab

#define EXPECT_REACHABILITY(...) \
  EXPECT_PRED_FORMAT1(::vethlab::internal::verdict, ::vethlab::has_reachability(__VA_ARGS__))
#define ASSERT_REACHABILITY(...) \
  ASSERT_PRED_FORMAT1(::vethlab::internal::verdict, ::vethlab::has_reachability(__VA_ARGS__))
