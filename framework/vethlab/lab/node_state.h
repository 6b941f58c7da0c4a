// private
#pragma once

#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/lab/asking.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/run_order.h>
#include <vethlab/netlink/socket.h>
#include <vethlab/netlink/watch.h>
#include <vethlab/netns/node_world.h>
#include <vethlab/netns/worker.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vethlab::internal {

// What a Node is made of: descriptors into its namespace, opened when first needed.
struct NodeState {
  NodeState(LabState& its_lab, std::string its_name, netns::Keeper::Namespace made)
      : lab(its_lab),
        name(std::move(its_name)),
        index(made.index),
        netns(std::move(made.netns)),
        netlink(std::move(made.rtnetlink)) {}

  LabState& lab;
  std::string name;
  int index;  // the keeper's, of the namespace
  UniqueFd netns;
  netlink::Socket netlink;
  std::unique_ptr<netlink::Watch> watch_when_needed = {};
  std::unique_ptr<netlink::Socket> diag_when_needed = {};
  std::unique_ptr<netlink::Socket> netfilter_when_needed = {};
  UniqueFd icmp_when_needed = {};
  UniqueFd icmp6_when_needed = {};
  UniqueFd packet_when_needed = {};
  bool in_run_netns = false;  // of the lab's world
  std::vector<std::string> private_dirs = {};
  netns::NodeWorld world_when_needed = {};
  KeptWorker kept_worker = {};
  int hosts_version = 0;  // of HostsFile: what its /etc/hosts has
  bool is_switch = false;
  int bridge = 0;  // of a switch: index of br0
  int subnet = 0;  // of a switch: in the lab's plan
  int hosts = 0;   // of a switch: how many have an address of the plan

  netlink::Watch& watch();
  netlink::Socket& diag();  // sock_diag(7)
  netlink::Socket& netfilter();
  int icmp(Family family);  // a raw socket, prepared for ping
  [[nodiscard]] std::unique_ptr<netlink::Watch> new_watch() const;
  // Where a worker for this node is to run: its world is made, and its /etc/hosts right.
  netns::Place place();
  [[nodiscard]] netns::Keeper::SocketSpec watch_spec() const;
  UniqueFd& icmp_fd(Family family) {
    return family == Family::kIpv4 ? icmp_when_needed : icmp6_when_needed;
  }

  // Runs f, and turns what goes wrong below into what a user gets: the test's line, the node.
  template <class F>
  decltype(auto) attempt(Caller caller, F f) const {
    return guarded(caller, [&]() -> decltype(auto) {
      if (asking != nullptr) asking->note_unannounced(*this);
      return f();
    });
  }

  // The same for a question whose answer changes only when this descriptor has something.
  template <class F>
  decltype(auto) ask(Caller caller, int readable, F f) const {
    return guarded(caller, [&]() -> decltype(auto) {
      if (asking != nullptr) asking->note_readable(*this, readable);
      return f();
    });
  }

  // … or only where the kernel announces it (Watch).
  template <class F>
  decltype(auto) ask(Caller caller, F f) const {
    return guarded(caller, [&]() -> decltype(auto) {
      if (asking != nullptr) asking->note_announced(*this);
      return f();
    });
  }

 private:
  template <class F>
  decltype(auto) guarded(Caller caller, F f) const {
    if (in_job() && lab.depth != closure_depth())
      throw std::logic_error(
          fmt::format("{}a closure of start() runs beside the test, and cannot use the test's node "
                      "{}: ask in the "
                      "test, or in run()",
                      prefix_of(caller), name));
    if (!lab.daemons.empty()) check_daemons(lab, caller);
    return lab.attempt(caller, fmt::format(" in {}", name), f);
  }
};

}  // namespace vethlab::internal
