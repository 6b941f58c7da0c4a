#include <vethlab/netlink/neighbour_requests.h>

#include <vethlab/base/errors.h>
#include <vethlab/netlink/convert.h>
#include <vethlab/netlink/words.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

using NeighbourHandle = Handle<rtnl_neigh_put>;

NeighbourHandle describe(const Neighbour& neighbour, int index) {
  NeighbourHandle n(rtnl_neigh_alloc());
  rtnl_neigh_set_ifindex(n.get(), index);
  rtnl_neigh_set_dst(n.get(), to_nl(neighbour.to).get());
  if (!neighbour.lladdr.empty()) rtnl_neigh_set_lladdr(n.get(), mac_to_nl(neighbour.lladdr).get());
  return n;
}

void send_delete(Socket& socket, const std::string& attempt, rtnl_neigh* neighbour) {
  nl_msg* message = nullptr;
  const int error = rtnl_neigh_build_delete_request(neighbour, 0, &message);
  if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
  socket.request(attempt, Message(message).get());
}

template <class Which>
int forget(Socket& socket, Which which) {
  std::vector<NeighbourHandle> chosen;
  socket.list(
      "list neighbours", RTM_GETNEIGH, AF_UNSPEC,
      [&](nl_msg* message) {
        visit_object(message, [&](nl_object* object) {
          auto* const from = reinterpret_cast<rtnl_neigh*>(object);
          if (!address_of(rtnl_neigh_get_dst(from)) || !which(from)) return;
          NeighbourHandle n(rtnl_neigh_alloc());
          rtnl_neigh_set_ifindex(n.get(), rtnl_neigh_get_ifindex(from));
          rtnl_neigh_set_dst(n.get(), rtnl_neigh_get_dst(from));
          chosen.push_back(std::move(n));
        });
      },
      [&] { chosen.clear(); });
  for (const NeighbourHandle& n : chosen) {
    try {
      send_delete(socket, "forget a neighbour", n.get());
    } catch (const Refusal& refusal) {
      if (refusal.error != ENOENT) throw;  // the kernel was quicker
    }
  }
  return static_cast<int>(chosen.size());
}

}  // namespace

std::optional<Neighbour> neighbour_from(nl_msg* message, const DeviceNames& names) {
  std::optional<Neighbour> result;
  visit_object(message, [&](nl_object* object) {
    auto* const from = reinterpret_cast<rtnl_neigh*>(object);
    const int state = rtnl_neigh_get_state(from);
    const auto to = address_of(rtnl_neigh_get_dst(from));
    if (!to || (state & NUD_NOARP) != 0) return;  // a bridge's table; the kernel's own multicast
    result = Neighbour{*to, names.name(rtnl_neigh_get_ifindex(from)),
                       mac_text(rtnl_neigh_get_lladdr(from)),
                       (rtnl_neigh_get_flags(from) & NTF_ROUTER) != 0, neighbour_state_name(state)};
  });
  return result;
}

std::vector<Neighbour> neighbours(Socket& socket) {
  const DeviceNames names(socket);
  std::vector<Neighbour> result;
  socket.list(
      "list neighbours", RTM_GETNEIGH, AF_UNSPEC,
      [&](nl_msg* message) {
        if (auto neighbour = neighbour_from(message, names))
          result.push_back(std::move(*neighbour));
      },
      [&] { result.clear(); });
  return result;
}

void add_neighbour(Socket& socket, const Neighbour& neighbour) {
  const std::string attempt = fmt::format("add neighbour {} lladdr {} dev {}", neighbour.to.text(),
                                          neighbour.lladdr, neighbour.dev);
  const NeighbourHandle n = describe(neighbour, index_of(socket, neighbour.dev));
  const auto state = neighbour_state_number(neighbour.state);
  rtnl_neigh_set_state(n.get(), state.value_or(NUD_PERMANENT));
  if (neighbour.router) rtnl_neigh_set_flags(n.get(), NTF_ROUTER);
  nl_msg* message = nullptr;
  const int error = rtnl_neigh_build_add_request(n.get(), NLM_F_CREATE | NLM_F_EXCL, &message);
  if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
  socket.request(attempt, Message(message).get());
}

void delete_neighbour(Socket& socket, const Neighbour& neighbour) {
  send_delete(socket, fmt::format("delete neighbour {} dev {}", neighbour.to.text(), neighbour.dev),
              describe(neighbour, index_of(socket, neighbour.dev)).get());
}

int forget_incomplete(Socket& socket) {
  return forget_incomplete(socket, [](const IpAddress&) { return true; });
}

int forget_incomplete(Socket& socket, const std::function<bool(const IpAddress&)>& which) {
  return forget(socket, [&](rtnl_neigh* n) {
    return (rtnl_neigh_get_state(n) & NUD_INCOMPLETE) != 0 &&
           which(*address_of(rtnl_neigh_get_dst(n)));
  });
}

int forget_learnt(Socket& socket) {
  return forget_learnt(socket, [](const IpAddress&) { return true; });
}

int forget_learnt(Socket& socket, const std::function<bool(const IpAddress&)>& which) {
  return forget(socket, [&](rtnl_neigh* n) {
    return (rtnl_neigh_get_state(n) & (NUD_PERMANENT | NUD_NOARP)) == 0 &&
           which(*address_of(rtnl_neigh_get_dst(n)));
  });
}

int forget_lladdr(Socket& socket, const std::string& mac) {
  return forget(socket, [&](rtnl_neigh* n) {
    return (rtnl_neigh_get_state(n) & NUD_PERMANENT) == 0 &&
           mac_text(rtnl_neigh_get_lladdr(n)) == mac;
  });
}

}  // namespace vethlab::netlink
