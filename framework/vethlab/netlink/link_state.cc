#include <vethlab/netlink/link_state.h>

#include <vethlab/netlink/address_requests.h>
#include <vethlab/netlink/route_requests.h>

#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>

#include <array>
#include <string_view>

namespace vethlab::netlink {
namespace {

constexpr std::uint32_t kIpv6LeastMtu = 1280;  // RFC 8200, 5: below, the kernel has no IPv6 there

const nlattr* nested(const nlattr* in, int type) {
  return in == nullptr ? nullptr
                       : nla_find(static_cast<const nlattr*>(nla_data(in)), nla_len(in), type);
}

bool makes_link_local(nlmsghdr* link) {
  const auto* info = static_cast<const ifinfomsg*>(nlmsg_data(link));
  if ((info->ifi_flags & (IFF_LOOPBACK | IFF_NOARP | IFF_POINTOPOINT)) != 0) return false;
  const nlattr* mtu = nlmsg_find_attr(link, sizeof(ifinfomsg), IFLA_MTU);
  if (mtu != nullptr && nla_get_u32(mtu) < kIpv6LeastMtu) return false;
  const nlattr* families = nlmsg_find_attr(link, sizeof(ifinfomsg), IFLA_AF_SPEC);
  const nlattr* ipv6 = nested(families, AF_INET6);
  const nlattr* settings = nested(ipv6, IFLA_INET6_CONF);
  if (settings == nullptr) return false;
  const auto* values = static_cast<const std::int32_t*>(nla_data(settings));
  const int count = nla_len(settings) / static_cast<int>(sizeof(std::int32_t));
  if (count > DEVCONF_DISABLE_IPV6 && values[DEVCONF_DISABLE_IPV6] != 0) return false;
  const nlattr* mode = nested(ipv6, IFLA_INET6_ADDR_GEN_MODE);
  return mode == nullptr || nla_get_u8(mode) != IN6_ADDR_GEN_MODE_NONE;
}

LinkState to_state(nlmsghdr* link) {
  const auto* info = static_cast<const ifinfomsg*>(nlmsg_data(link));
  const auto find = [&](int type) { return nlmsg_find_attr(link, sizeof(ifinfomsg), type); };
  LinkState s;
  s.up = (info->ifi_flags & IFF_UP) != 0;
  s.lower_up = (info->ifi_flags & IFF_LOWER_UP) != 0;
  if (const nlattr* a = find(IFLA_OPERSTATE)) s.state = static_cast<OperState>(nla_get_u8(a));
  if (const nlattr* a = find(IFLA_MASTER)) s.master = nla_get_s32(a);
  const nlattr* kind = nested(find(IFLA_LINKINFO), IFLA_INFO_KIND);
  if (kind != nullptr && std::string_view(nla_get_string(kind)) == "veth") {
    if (const nlattr* a = find(IFLA_LINK)) s.peer = nla_get_s32(a);
    if (const nlattr* a = find(IFLA_LINK_NETNSID)) s.netnsid = nla_get_s32(a);
  }
  const nlattr* port = nested(nested(find(IFLA_LINKINFO), IFLA_INFO_SLAVE_DATA), IFLA_BRPORT_STATE);
  s.bridge_port = port != nullptr;
  s.forwarding = port != nullptr && nla_get_u8(port) == BR_STATE_FORWARDING;
  s.link_local = makes_link_local(link);
  return s;
}

}  // namespace

LinkState link_state(Socket& socket, int index) {
  const Message message(nlmsg_alloc_simple(RTM_GETLINK, NLM_F_REQUEST));
  ifinfomsg ask{};
  ask.ifi_index = index;
  nlmsg_append(message.get(), &ask, sizeof ask, NLMSG_ALIGNTO);
  nla_put_u32(message.get(), IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  LinkState state;
  socket.request("ask for a link's state", message.get(),
                 [&](nl_msg* answer) { state = to_state(nlmsg_hdr(answer)); });
  return state;
}

bool ipv6_works(Socket& socket, int index, bool needs_link_local) {
  std::vector<IpAddress> there;
  bool tentative = false;
  socket.list(
      "list IPv6 addresses", RTM_GETADDR, AF_INET6,
      [&](nl_msg* message) {
        const auto address = address_from(message);
        if (!address || address->index != index || address->dadfailed) return;
        tentative = tentative || address->tentative;
        there.push_back(address->address.address());
      },
      [&] { there.clear(); });
  bool link_local = false;
  for (const IpAddress& address : there) {
    link_local = link_local || address.is_link_local();
    if (tentative || !is_local(socket, address, index)) return false;
  }
  return link_local || !needs_link_local;
}

}  // namespace vethlab::netlink
