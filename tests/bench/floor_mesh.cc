#include "floor_mesh.h"

#include <arpa/inet.h>
#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "raw_echo.h"
#include "raw_error.h"
#include "raw_link.h"

namespace vethlab::bench {
namespace {

constexpr int kBridge = 1000;
constexpr int kFirstPort = 101;
constexpr int kEth0 = 2;

int port_of(std::size_t number) { return kFirstPort + static_cast<int>(number); }

}  // namespace

FloorMesh::FloorMesh(const Home& home, std::size_t size) : bridge_(make_raw_node()) {
  create_bridge({.node = bridge_, .index = kBridge, .name = "br0"});
  raise_link(bridge_, kBridge);
  for (std::size_t number = 0; number < size; ++number) {
    const auto host_part = static_cast<std::uint32_t>(number + 1);
    members_.push_back({make_raw_node(), {htonl((10U << 24) | host_part)}});
    plug_in(number);
  }
  home.go_back();
  wait_until_ready();
}

void FloorMesh::plug_in(std::size_t number) {
  const auto& [node, address] = members_[number];
  const std::string name = "port" + std::to_string(number);
  const RawEnd port{.node = bridge_, .index = port_of(number), .name = name};
  create_veth(port, {.node = node, .index = kEth0, .name = "eth0"}, kBridge);
  raise_link(bridge_, port.index);
  raise_link(node, kLoopback);
  add_address(node, kEth0, address, 16);
  raise_link(node, kEth0);
}

void FloorMesh::wait_until_ready() const {
  for (std::size_t number = 0; number < members_.size(); ++number) {
    wait_until_up(members_[number].node, kEth0);
    wait_until_up(bridge_, port_of(number));
  }
  wait_until_up(bridge_, kBridge);
}

UniqueFd FloorMesh::watch_replies() const {
  UniqueFd epoll(check(::epoll_create1(EPOLL_CLOEXEC), "make an epoll"));
  for (std::size_t number = 0; number < members_.size(); ++number) {
    epoll_event readable{.events = EPOLLIN, .data = {.u64 = number}};
    const int icmp = members_[number].node.icmp.get();
    check(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, icmp, &readable), "watch a socket");
  }
  return epoll;
}

// The name of an echo says which pair it is of: id the sender, sequence the target.
void FloorMesh::send_all() const {
  const std::size_t size = members_.size();
  for (std::size_t from = 0; from < size; ++from) {
    for (std::size_t to = 0; to < size; ++to) {
      if (from == to) continue;
      const EchoName name{static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to)};
      send_echo(members_[from].node, members_[to].address, name);
    }
  }
}

void FloorMesh::ping_all() const {
  const std::size_t size = members_.size();
  const UniqueFd epoll = watch_replies();
  send_all();
  std::vector<bool> answered(size * size);
  std::array<epoll_event, 64> events;
  for (std::size_t missing = size * (size - 1); missing > 0;) {
    const int count = ::epoll_wait(epoll.get(), events.data(), events.size(), 1000);
    if (check(count, "wait for replies") == 0) throw std::runtime_error("no reply");
    for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(count))) {
      const std::size_t from = event.data.u64;
      while (const auto reply = take_reply(members_[from].node)) {
        const std::size_t pair = from * size + reply->sequence;
        if (reply->id != from || reply->sequence >= size || answered[pair]) continue;
        answered[pair] = true;
        --missing;
      }
    }
  }
}

}  // namespace vethlab::bench
