#include <vethlab/lab/hosts_file.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/lab/lab_state.h>
#include <vethlab/lab/names.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/address_requests.h>

#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

constexpr std::size_t kAtOnce = 16;  // descriptors in flight are bounded

constexpr std::string_view kLocalhost =
    "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";

std::string lines_of(NodeState& node) {
  std::string lines;
  for (const Prefix& each : netlink::global_addresses(node.netlink))
    lines += fmt::format("{} {}\n", each.address().text(), node.name);
  return lines;
}

// Written first, then cut: who reads it meanwhile never finds it empty.
void write_hosts(int fd, std::string_view text) {
  const bool done = ::pwrite(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (!done || ::ftruncate(fd, static_cast<off_t>(text.size())) != 0)
    throw Refusal{errno, "write /etc/hosts", {}};
}

}  // namespace

void HostsFile::add_new_nodes(LabState& lab) {
  while (nodes_seen_ < lab.nodes.size()) {
    std::vector<NodeState*> nodes;
    std::vector<netns::Keeper::SocketSpec> specs;
    std::size_t seen = nodes_seen_;
    for (; seen < lab.nodes.size() && nodes.size() < kAtOnce; ++seen) {
      NodeState& node = lab.nodes[seen]->state();
      if (!is_host_name(node.name)) continue;
      nodes.push_back(&node);
      specs.push_back(node.watch_spec());
    }
    std::vector<UniqueFd> sockets = lab.keeper.sockets(specs);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      auto watch = std::make_unique<netlink::Watch>(std::move(sockets[i]), netlink::kAddressGroups);
      hosts_.push_back({nodes[i], std::move(watch), lines_of(*nodes[i])});
    }
    nodes_seen_ = seen;
    write_text();
  }
}

void HostsFile::write_text() {
  std::string text(kLocalhost);
  for (const Host& host : hosts_) text += host.lines;
  if (text == text_) return;
  text_ = std::move(text);
  ++version_;
}

void HostsFile::refresh(LabState& lab, NodeState& node) {
  if (!node.world_when_needed.hosts) return;
  add_new_nodes(lab);
  std::vector<netlink::Watch*> watches;
  watches.reserve(hosts_.size());
  for (const Host& host : hosts_) watches.push_back(host.watch.get());
  if (netlink::wait_any(watches, Deadline::in(std::chrono::nanoseconds(0)))) {
    for (Host& host : hosts_)
      if (host.watch->clear()) host.lines = lines_of(*host.node);
    write_text();
  }
  if (node.hosts_version == version_) return;
  write_hosts(node.world_when_needed.hosts.get(), text_);
  node.hosts_version = version_;
}

}  // namespace vethlab::internal
