#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/default_time.h>
#include <vethlab/base/probe.h>
#include <vethlab/base/text_view.h>
#include <vethlab/lab/destination.h>
#include <vethlab/lab/end.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/wire.h>
#include <vethlab/netns/user_namespace.h>

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

namespace vethlab {

struct LabOptions {
  std::vector<Family> plan = {Family::kIpv4, Family::kIpv6};  // families of automatic addresses
  std::chrono::milliseconds patience = default_time(5);       // of every wait
  UserNamespace user_namespace = UserNamespace::kOwn;
  Ids ids = Ids::kOwn;
  // What closures and programs that still run have for ending at SIGTERM when the lab ends, before
  // they are killed and the test fails, saying so: 0 ms to an hour; 0: they are killed at once.
  std::chrono::milliseconds grace = default_time(2);
};

// One of the probes that Lab::ping or Lab::probe sends at once.
struct Probe {
  const Node& from;
  Destination to;
  ProbeOptions options = {};
};

namespace internal {
struct LabState;
}

// Owns nodes and wires; all of it is gone with the Lab, and with the process, however that ends.
// Neither copied nor moved: nodes are named by reference, and a helper that builds a network is a
// struct whose first member is a Lab. One thread at a time; several labs at once are fine.
//
// Automatic addresses: the k-th wire between two nodes has 10.(200+k/256).(k%256).0/24 and
// fd00:200:0:k::/64, its ends .1 and .2; the k-th switch 10.(232+k).0.0/16 and fd00:232:0:k::/64,
// its nodes .0.1, .0.2 … in the order they are connected. MAC addresses count from
// 02:00:00:00:00:01, interface indexes from 101.
class Lab {
 public:
  // Where this machine gives no namespaces, the test is skipped, saying what is missing (see
  // Unsupported).
  explicit Lab(LabOptions options = {}, Caller caller = Caller::here());
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab();

  // A namespace of its own, with the settings every node starts with whatever the host has
  // (framework/vethlab/netns/baseline.h). The name is the test's word for it: 1 to 63 characters
  // without '/' and white space, unique in the lab.
  Node& add_node(TextView name, NodeOptions options = {}, Caller caller = Caller::here());

  // A node with a bridge "br0": the far end of a wire to it becomes a port of that. Its ports have
  // no IPv6 of their own.
  Node& add_switch(TextView name, Caller caller = Caller::here());

  // A network namespace that a program of this lab has made, by its name in the lab's /run/netns
  // (`ip netns add NAME`): as it is. None of that name: std::system_error with ENOENT.
  Node& adopt_node(TextView name, Caller caller = Caller::here());

  // A veth pair, both ends made in place, with addresses, up: returns when the first packet passes.
  // All of it, or (on an exception) nothing.
  Wire& connect(const End& a, const End& b, Caller caller = Caller::here());

  [[nodiscard]] Node& node(TextView name, Caller caller = Caller::here());
  [[nodiscard]] std::vector<Node*> nodes();

  // Many probes at once, in one loop: a report each, in order. ping: echoes only; probe: echoes, TCP
  // and UDP together.
  [[nodiscard]] std::vector<ProbeReport> ping(const std::vector<Probe>& probes,
                                              Caller caller = Caller::here());
  [[nodiscard]] std::vector<ProbeReport> probe(const std::vector<Probe>& probes,
                                               Caller caller = Caller::here());

 private:
  std::unique_ptr<internal::LabState> state_;
};

}  // namespace vethlab
