#include <vethlab/netlink/watch.h>

#include <vethlab/base/errors.h>
#include <vethlab/netlink/address_requests.h>
#include <vethlab/netlink/link_requests.h>
#include <vethlab/netlink/neighbour_requests.h>
#include <vethlab/netlink/route_requests.h>
#include <vethlab/netlink/rule_requests.h>

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

namespace vethlab::netlink {
namespace {

template <class T>
std::optional<Change> change(Change::Kind kind, std::optional<T> object) {
  if (!object) return std::nullopt;
  return Change{kind, std::move(*object)};
}

std::optional<Change> change_from(nl_msg* message, const DeviceNames& names) {
  using enum Change::Kind;
  switch (nlmsg_hdr(message)->nlmsg_type) {
    case RTM_NEWLINK: return change(kNew, link_from(message));
    case RTM_DELLINK: return change(kDeleted, link_from(message));
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      auto address = address_from(message);
      if (address) address->dev = names.name(address->index);
      return change(nlmsg_hdr(message)->nlmsg_type == RTM_NEWADDR ? kNew : kDeleted, address);
    }
    case RTM_NEWROUTE: return change(kNew, route_from(message, names));
    case RTM_DELROUTE: return change(kDeleted, route_from(message, names));
    case RTM_NEWNEIGH: return change(kNew, neighbour_from(message, names));
    case RTM_DELNEIGH: return change(kDeleted, neighbour_from(message, names));
    case RTM_NEWRULE: return change(kNew, rule_from(message));
    case RTM_DELRULE: return change(kDeleted, rule_from(message));
    default: return std::nullopt;
  }
}

}  // namespace

// An unbound socket has port 0, as the kernel's own announcements have, and would be passed over.
Watch::Watch(UniqueFd fd, std::span<const int> groups) : fd_(std::move(fd)) {
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  for (const int group : groups)
    own.nl_groups |= 1U << (group - 1);  // by one call: all are below 33
  if (::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
    throw Refusal{errno, "subscribe to the kernel's announcements", {}};
}

bool Watch::clear() {
  bool some = false;
  char byte = 0;  // the rest of each datagram is dropped
  while (::recv(fd_.get(), &byte, 1, MSG_DONTWAIT) >= 0 || errno == ENOBUFS) some = true;
  return some;
}

std::vector<Change> Watch::take(const DeviceNames& names) {
  std::vector<Change> changes;
  std::vector<char> buffer(1 << 16);
  for (;;) {
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == ENOBUFS) {
      changes.push_back({Change::Kind::kOverrun, {}});
      continue;
    }
    if (got < 0) return changes;
    int left = static_cast<int>(got);
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer.data()); nlmsg_ok(header, left);
         header = nlmsg_next(header, &left)) {
      const Message message(nlmsg_convert(header));
      nlmsg_set_proto(message.get(), NETLINK_ROUTE);
      if (auto change = change_from(message.get(), names)) changes.push_back(std::move(*change));
    }
  }
}

bool wait_any(std::span<Watch* const> watches, Deadline deadline, std::span<const int> others) {
  std::vector<pollfd> events;
  events.reserve(watches.size() + others.size());
  for (const Watch* watch : watches) events.push_back({watch->fd(), POLLIN, 0});
  for (const int other : others) events.push_back({other, POLLIN, 0});
  for (;;) {
    const int ready = ::poll(events.data(), events.size(), deadline.poll_timeout());
    if (ready > 0) return true;
    if (deadline.over()) return false;
  }
}

}  // namespace vethlab::netlink
