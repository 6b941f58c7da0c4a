#include "raw_node.h"

#include <fcntl.h>
#include <linux/icmp.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "raw_error.h"

namespace vethlab::bench {
namespace {

UniqueFd open_current_net() {
  return UniqueFd(check(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open the namespace"));
}

UniqueFd open_socket(int family, int protocol) {
  const int type = SOCK_RAW | SOCK_CLOEXEC | (family == AF_INET ? SOCK_NONBLOCK : 0);
  return UniqueFd(check(::socket(family, type, protocol), "open a socket"));
}

// A node also gets its neighbours' requests, which nobody asks about.
void take_replies_only(int icmp) {
  const icmp_filter others{~(std::uint32_t{1} << ICMP_ECHOREPLY)};
  check(::setsockopt(icmp, SOL_RAW, ICMP_FILTER, &others, sizeof others), "filter replies");
}

void write_file(const char* path, const std::string& text) {
  const UniqueFd file(check(::open(path, O_WRONLY | O_CLOEXEC), path));
  check(::write(file.get(), text.data(), text.size()), path);
}

void enter_user_namespace() {
  const auto user = std::to_string(::geteuid());
  const auto group = std::to_string(::getegid());
  check(::unshare(CLONE_NEWUSER), "make a user namespace");
  write_file("/proc/self/setgroups", "deny");  // before gid_map: user_namespaces(7)
  write_file("/proc/self/uid_map", "0 " + user + " 1");
  write_file("/proc/self/gid_map", "0 " + group + " 1");
}

}  // namespace

RawNode make_raw_node() {
  check(::unshare(CLONE_NEWNET), "make a network namespace");
  RawNode node{.net = open_current_net(),
               .netlink = open_socket(AF_NETLINK, NETLINK_ROUTE),
               .icmp = open_socket(AF_INET, IPPROTO_ICMP)};
  take_replies_only(node.icmp.get());
  return node;
}

Home::Home() : net_(open_current_net()) {}

void Home::go_back() const { check(::setns(net_.get(), CLONE_NEWNET), "go back"); }

void enter_own_network() {
  if (::unshare(CLONE_NEWNET) == 0) return;
  check(errno == EPERM ? 0 : -1, "make a network namespace");
  enter_user_namespace();
  check(::unshare(CLONE_NEWNET), "make a network namespace");
}

}  // namespace vethlab::bench
