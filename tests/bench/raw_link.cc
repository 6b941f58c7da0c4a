#include "raw_link.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "raw_error.h"
#include "raw_netlink.h"

namespace vethlab::bench {
namespace {

constexpr std::uint16_t kNew = NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;

ifinfomsg link_header(int index) {
  ifinfomsg header{};
  header.ifi_index = index;
  return header;
}

struct Answer {
  alignas(nlmsghdr) std::array<std::byte, 8192> bytes;

  [[nodiscard]] const nlmsghdr& header() const {
    return *reinterpret_cast<const nlmsghdr*>(bytes.data());
  }
  [[nodiscard]] const ifinfomsg& link() const {
    return *static_cast<const ifinfomsg*>(NLMSG_DATA(&header()));
  }
};

void receive(const RawNode& node, Answer& answer) {
  check(::recv(node.netlink.get(), answer.bytes.data(), answer.bytes.size(), 0), "read netlink");
}

int operational_state(const Answer& link) {
  const auto* attribute = reinterpret_cast<const rtattr*>(&link.link() + 1);
  auto left = static_cast<int>(IFLA_PAYLOAD(&link.header()));
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == IFLA_OPERSTATE) {
      return *static_cast<const std::uint8_t*>(RTA_DATA(attribute));
    }
  }
  throw std::runtime_error("a link without operational state");
}

}  // namespace

void create_veth(const RawEnd& first, const RawEnd& second, int master) {
  Message message(RTM_NEWLINK, kNew, link_header(first.index));
  message.add_text(IFLA_IFNAME, first.name);
  if (master != 0) message.add(IFLA_MASTER, master);
  const auto info = message.open(IFLA_LINKINFO);
  message.add_text(IFLA_INFO_KIND, "veth");
  const auto data = message.open(IFLA_INFO_DATA);
  const auto peer = message.open(VETH_INFO_PEER);
  const ifinfomsg peer_header = link_header(second.index);
  message.append(&peer_header, sizeof peer_header);
  message.add_text(IFLA_IFNAME, second.name);
  message.add(IFLA_NET_NS_FD, second.node.net.get());
  message.close(peer);
  message.close(data);
  message.close(info);
  request(first.node.netlink.get(), message, "create a veth pair");
}

void create_bridge(const RawEnd& bridge) {
  Message message(RTM_NEWLINK, kNew, link_header(bridge.index));
  message.add_text(IFLA_IFNAME, bridge.name);
  const auto info = message.open(IFLA_LINKINFO);
  message.add_text(IFLA_INFO_KIND, "bridge");
  message.close(info);
  request(bridge.node.netlink.get(), message, "create a bridge");
}

void raise_link(const RawNode& node, int index) {
  ifinfomsg header = link_header(index);
  header.ifi_flags = IFF_UP;
  header.ifi_change = IFF_UP;
  request(node.netlink.get(), Message(RTM_NEWLINK, NLM_F_ACK, header), "raise a link");
}

void add_address(const RawNode& node, int index, in_addr address, int length) {
  ifaddrmsg header{};
  header.ifa_family = AF_INET;
  header.ifa_prefixlen = static_cast<std::uint8_t>(length);
  header.ifa_index = static_cast<std::uint32_t>(index);
  Message message(RTM_NEWADDR, kNew, header);
  message.add(IFA_LOCAL, address);
  message.add(IFA_ADDRESS, address);
  request(node.netlink.get(), message, "add an address");
}

void wait_until_up(const RawNode& node, int index) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  const Message question(RTM_GETLINK, 0, link_header(index));
  Answer answer;
  do {
    check(::send(node.netlink.get(), question.data(), question.size(), 0), "ask for a link");
    receive(node, answer);
    if (operational_state(answer) == IF_OPER_UP) return;
  } while (Clock::now() < deadline);
  throw std::runtime_error("a link did not come up");
}

void watch_links(const RawNode& node) {
  const int group = RTNLGRP_LINK;
  const int netlink = node.netlink.get();
  check(::setsockopt(netlink, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group),
        "watch links");
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  check(::setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "watch links");
}

void wait_until_gone(const RawNode& node, int index) {
  Answer answer;
  do {
    receive(node, answer);
  } while (answer.header().nlmsg_type != RTM_DELLINK || answer.link().ifi_index != index);
}

}  // namespace vethlab::bench
