#include <vethlab/lab/lab.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/lab_end.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/names.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/private_dirs.h>
#include <vethlab/lab/probe_batch.h>
#include <vethlab/lab/ready.h>
#include <vethlab/lab/run_netns.h>
#include <vethlab/lab/server.h>
#include <vethlab/lab/steps.h>
#include <vethlab/netlink/link_requests.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace vethlab {
namespace {

using internal::LabState;
using internal::NodeState;

constexpr int kLoopback = 1;  // lo's index in every namespace

void check(const LabOptions& options, Caller caller) {
  using namespace std::chrono_literals;
  if (options.grace < 0ms || options.grace > 1h)
    throw_bad_argument(
        caller, fmt::format("Lab: grace {} ms is not 0 ms to an hour", options.grace.count()));
}

}  // namespace

Lab::Lab(LabOptions options, Caller caller)
    : state_(LabState::attempt(caller, "", [&] {
        check(options, caller);
        return std::make_unique<LabState>(options, caller);
      })) {}

Lab::~Lab() {
  reporter().lab_ends();
  state_->is_ending = true;
  internal::end_all_inside(*state_);
  reporter().lab_has_ended();
  state_->keeper.end();
}

Node& Lab::add_node(TextView name, NodeOptions options, Caller caller) {
  const internal::Doing doing(*state_, "", caller, "add_node", name,
                              options.forwarding ? "(forwarding)" : "");
  std::string text(std::string_view{name});
  internal::check_node_name(text, "add_node", caller);
  auto private_dirs = internal::checked_private_dirs(options.private_dirs, caller);
  internal::check_new_name(*state_, text, "add_node", caller);
  return LabState::attempt(caller, fmt::format(" for node {}", text), [&]() -> Node& {
    auto node =
        std::make_unique<NodeState>(*state_, std::move(text), state_->keeper.make_namespace());
    node->private_dirs = std::move(private_dirs);
    if (options.loopback) netlink::set_up(node->netlink, kLoopback, "lo");
    if (options.forwarding) {
      state_->keeper.write_sysctl(node->index, "ipv4/ip_forward", "1");
      state_->keeper.write_sysctl(node->index, "ipv6/conf/all/forwarding", "1");
    }
    return *state_->nodes.emplace_back(std::make_unique<Node>(std::move(node)));
  });
}

Node& Lab::adopt_node(TextView name, Caller caller) {
  const internal::Doing doing(*state_, "", caller, "adopt_node", name);
  std::string text(std::string_view{name});
  internal::check_node_name(text, "adopt_node", caller);
  internal::check_new_name(*state_, text, "adopt_node", caller);
  const std::string path = "/run/netns/" + text;
  if (state_->nodes.empty())
    throw_errno(caller, ENOENT, fmt::format("adopt {}: no program has run in this lab", path));
  auto [netns, error] = internal::open_run_netns(*state_, text, caller);
  if (error != 0)
    throw_errno(caller, error, fmt::format("adopt {} of the lab", path),
                error == EINVAL ? "it is not a namespace" : "");
  return LabState::attempt(
      caller, fmt::format(" for node {}", text), [&, fd = std::move(netns)]() mutable -> Node& {
        auto node = std::make_unique<NodeState>(*state_, std::move(text),
                                                state_->keeper.adopt_namespace(std::move(fd)));
        node->in_run_netns = true;
        return *state_->nodes.emplace_back(std::make_unique<Node>(std::move(node)));
      });
}

Node& Lab::add_switch(TextView name, Caller caller) {
  const internal::Doing doing(*state_, "", caller, "add_switch", name);
  Node& node = add_node(name, {}, caller);
  NodeState& state = node.state();
  state.attempt(caller, [&] {
    state.is_switch = true;
    state.bridge = state_->plan.next_index();
    state.subnet = state_->plan.new_switch();
    netlink::add_bridge(state.netlink, "br0", state.bridge, state_->plan.next_mac());
    // From here on: ports carry frames, and need no addresses.
    state_->keeper.write_sysctl(state.index, "ipv6/conf/default/disable_ipv6", "1");
    netlink::set_up(state.netlink, state.bridge, "br0");
  });
  return node;
}

Node& Lab::node(TextView name, Caller caller) {
  for (const auto& node : state_->nodes)
    if (node->name() == std::string_view(name)) return *node;
  throw_bad_argument(caller,
                     fmt::format("there is no node \"{}\" in the lab", std::string_view(name)));
}

std::vector<Node*> Lab::nodes() {
  std::vector<Node*> all;
  for (const auto& node : state_->nodes) all.push_back(node.get());
  return all;
}

std::vector<ProbeReport> Lab::ping(const std::vector<Probe>& probes, Caller caller) {
  return internal::ping(*state_, probes, caller);
}

std::vector<ProbeReport> Lab::probe(const std::vector<Probe>& probes, Caller caller) {
  return internal::probe(*state_, probes, caller);
}

}  // namespace vethlab
