#include <vethlab/netlink/link_requests.h>

#include <vethlab/base/errors.h>
#include <vethlab/netlink/convert.h>

#include <linux/if.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/veth.h>

#include <array>
#include <cerrno>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

using LinkHandle = Handle<rtnl_link_put>;

constexpr std::array<std::pair<unsigned, const char*>, 11> kFlags = {{
    {IFF_LOOPBACK, "LOOPBACK"},
    {IFF_BROADCAST, "BROADCAST"},
    {IFF_POINTOPOINT, "POINTOPOINT"},
    {IFF_MULTICAST, "MULTICAST"},
    {IFF_NOARP, "NOARP"},
    {IFF_ALLMULTI, "ALLMULTI"},
    {IFF_PROMISC, "PROMISC"},
    {IFF_MASTER, "MASTER"},
    {IFF_SLAVE, "SLAVE"},
    {IFF_UP, "UP"},
    {IFF_LOWER_UP, "LOWER_UP"},
}};

// In the order that `ip` prints them, which puts NO-CARRIER first.
std::vector<std::string> flag_words(unsigned flags) {
  std::vector<std::string> words;
  if ((flags & IFF_UP) != 0 && (flags & IFF_RUNNING) == 0) words.emplace_back("NO-CARRIER");
  for (const auto& [bit, word] : kFlags)
    if ((flags & bit) != 0) words.emplace_back(word);
  return words;
}

Link to_link(rtnl_link* from) {
  const auto text = [](const char* s) { return std::string(s != nullptr ? s : ""); };
  Link link;
  link.index = rtnl_link_get_ifindex(from);
  link.name = text(rtnl_link_get_name(from));
  const unsigned flags = rtnl_link_get_flags(from);
  link.flags = flag_words(flags);
  link.up = (flags & IFF_UP) != 0;
  link.lower_up = (flags & IFF_LOWER_UP) != 0;
  link.mtu = static_cast<int>(rtnl_link_get_mtu(from));
  link.qdisc = text(rtnl_link_get_qdisc(from));
  link.state = static_cast<OperState>(rtnl_link_get_operstate(from));
  link.qlen = static_cast<int>(rtnl_link_get_txqlen(from));
  std::array<char, 32> type{};
  link.type =
      nl_llproto2str(static_cast<int>(rtnl_link_get_arptype(from)), type.data(), type.size());
  link.mac = mac_text(rtnl_link_get_addr(from));
  link.brd = mac_text(rtnl_link_get_broadcast(from));
  link.kind = text(rtnl_link_get_type(from));
  if (link.kind == "veth") link.peer_index = rtnl_link_get_link(from);
  std::int32_t netnsid = -1;
  if (rtnl_link_get_link_netnsid(from, &netnsid) == 0 && netnsid >= 0) link.link_netnsid = netnsid;
  if (const int master = rtnl_link_get_master(from)) link.master = fmt::format("if{}", master);
  return link;
}

void send_add(Socket& socket, const std::string& attempt, rtnl_link* link) {
  nl_msg* message = nullptr;
  const int error = rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL, &message);
  if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
  socket.request(attempt, Message(message).get());
}

// One RTM_NEWLINK on an existing link, with what `fill` puts into it.
template <class Fill>
void change(Socket& socket, const std::string& attempt, int index, Fill fill) {
  const Message message(nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_REQUEST));
  ifinfomsg info{};
  info.ifi_index = index;
  nlmsg_append(message.get(), &info, sizeof info, NLMSG_ALIGNTO);
  fill(message.get(), *static_cast<ifinfomsg*>(nlmsg_data(nlmsg_hdr(message.get()))));
  socket.request(attempt, message.get());
}

void set_up_flag(Socket& socket, const std::string& attempt, int index, unsigned flags) {
  change(socket, attempt, index, [flags](nl_msg*, ifinfomsg& info) {
    info.ifi_flags = flags;
    info.ifi_change = IFF_UP;
  });
}

void describe(rtnl_link* link, const VethEnd& end) {
  rtnl_link_set_name(link, end.name.c_str());
  if (end.index != 0) rtnl_link_set_ifindex(link, end.index);
  if (!end.mac.empty()) rtnl_link_set_addr(link, mac_to_nl(end.mac).get());
  if (end.mtu != 0) rtnl_link_set_mtu(link, static_cast<unsigned>(end.mtu));
  if (end.netns >= 0) rtnl_link_set_ns_fd(link, end.netns);
  if (end.master != 0) rtnl_link_set_master(link, end.master);
}

}  // namespace

std::optional<Link> link_from(nl_msg* message) {
  std::optional<Link> link;
  visit_object(message,
               [&](nl_object* object) { link = to_link(reinterpret_cast<rtnl_link*>(object)); });
  return link;
}

std::vector<Link> links(Socket& socket) {
  std::vector<Link> result;
  socket.list(
      "list links", RTM_GETLINK, AF_UNSPEC,
      [&](nl_msg* message) {
        if (auto link = link_from(message)) result.push_back(std::move(*link));
      },
      [&] { result.clear(); });
  name_others(result);
  return result;
}

void name_others(std::vector<Link>& links) {
  std::map<std::string, const Link*> by_index;
  for (const Link& link : links) by_index[fmt::format("if{}", link.index)] = &link;
  for (Link& link : links) {
    if (const auto master = by_index.find(link.master); master != by_index.end())
      link.master = master->second->name;
    if (!link.peer_index || link.link_netnsid) continue;
    const auto peer = by_index.find(fmt::format("if{}", *link.peer_index));
    if (peer == by_index.end()) continue;
    link.peer = peer->second->name;
    if (!peer->second->up) link.flags.emplace_back("M-DOWN");
  }
}

void add_veth(Socket& socket, const VethEnd& end, const VethEnd& peer) {
  const LinkHandle link(rtnl_link_veth_alloc());
  describe(link.get(), end);
  const LinkHandle other(rtnl_link_veth_get_peer(link.get()));  // a reference of our own
  describe(other.get(), peer);
  send_add(socket, fmt::format("add veth {} with peer {}", end.name, peer.name), link.get());
}

void add_bridge(Socket& socket, const std::string& name, int index, const std::string& mac) {
  const LinkHandle link(rtnl_link_bridge_alloc());
  describe(link.get(), {.name = name, .index = index, .mac = mac});
  send_add(socket, fmt::format("add bridge {}", name), link.get());
}

void set_up(Socket& socket, int index, std::string_view name) {
  set_up_flag(socket, fmt::format("set {} up", name), index, IFF_UP);
}

void set_down(Socket& socket, int index, std::string_view name) {
  set_up_flag(socket, fmt::format("set {} down", name), index, 0);
}

void set_mtu(Socket& socket, int index, std::string_view name, int bytes) {
  change(socket, fmt::format("set mtu of {} to {}", name, bytes), index,
         [&](nl_msg* m, ifinfomsg&) { nla_put_s32(m, IFLA_MTU, bytes); });
}

void set_mac(Socket& socket, int index, std::string_view name, const std::string& mac) {
  change(socket, fmt::format("set address of {} to {}", name, mac), index,
         [&](nl_msg* m, ifinfomsg&) { nla_put_addr(m, IFLA_ADDRESS, mac_to_nl(mac).get()); });
}

void rename(Socket& socket, int index, std::string_view name, const std::string& to) {
  change(socket, fmt::format("rename {} to {}", name, to), index,
         [&](nl_msg* m, ifinfomsg&) { nla_put_string(m, IFLA_IFNAME, to.c_str()); });
}

void set_master(Socket& socket, int index, std::string_view name, int master,
                std::string_view master_name) {
  change(socket, fmt::format("set master of {} to {}", name, master != 0 ? master_name : "none"),
         index, [&](nl_msg* m, ifinfomsg&) { nla_put_s32(m, IFLA_MASTER, master); });
}

void move(Socket& socket, int index, std::string_view name, int netns, std::string_view to) {
  change(socket, fmt::format("move {} to {}", name, to), index,
         [&](nl_msg* m, ifinfomsg&) { nla_put_s32(m, IFLA_NET_NS_FD, netns); });
}

void delete_link(Socket& socket, int index, std::string_view name) {
  const Message message(nlmsg_alloc_simple(RTM_DELLINK, NLM_F_REQUEST));
  ifinfomsg info{};
  info.ifi_index = index;
  nlmsg_append(message.get(), &info, sizeof info, NLMSG_ALIGNTO);
  socket.request(fmt::format("delete link {}", name), message.get());
}

std::optional<int> netns_id(Socket& socket, int netns) {
  const Message message(nlmsg_alloc_simple(RTM_GETNSID, NLM_F_REQUEST));
  rtgenmsg any{};
  nlmsg_append(message.get(), &any, sizeof any, NLMSG_ALIGNTO);
  nla_put_s32(message.get(), NETNSA_FD, netns);
  int id = -1;
  socket.request("ask for a namespace's id", message.get(), [&](nl_msg* answer) {
    if (const nlattr* found = nlmsg_find_attr(nlmsg_hdr(answer), sizeof(rtgenmsg), NETNSA_NSID))
      id = nla_get_s32(found);
  });
  return id >= 0 ? std::optional(id) : std::nullopt;
}

}  // namespace vethlab::netlink
