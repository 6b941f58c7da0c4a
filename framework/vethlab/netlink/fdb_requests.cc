#include <vethlab/netlink/fdb_requests.h>

#include <vethlab/netlink/convert.h>
#include <vethlab/netlink/device_names.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <utility>

namespace vethlab::netlink {
namespace {

std::string state_of(int state) {
  if ((state & NUD_PERMANENT) != 0) return "permanent";
  return (state & NUD_NOARP) != 0 ? "static" : "";
}

FdbEntry entry_from(rtnl_neigh* from, const DeviceNames& names) {
  FdbEntry entry{.mac = mac_text(rtnl_neigh_get_lladdr(from)),
                 .dev = names.name(rtnl_neigh_get_ifindex(from)),
                 .dst = address_of(rtnl_neigh_get_dst(from)),
                 .self = (rtnl_neigh_get_flags(from) & NTF_SELF) != 0,
                 .state = state_of(rtnl_neigh_get_state(from))};
  if (const int vlan = rtnl_neigh_get_vlan(from); vlan > 0) entry.vlan = vlan;
  if (const int master = rtnl_neigh_get_master(from); master > 0) entry.master = names.name(master);
  return entry;
}

}  // namespace

std::vector<FdbEntry> fdb(Socket& socket) {
  const DeviceNames names(socket);
  std::vector<FdbEntry> result;
  socket.list(
      "list the forwarding database", RTM_GETNEIGH, AF_BRIDGE,
      [&](nl_msg* message) {
        visit_object(message, [&](nl_object* object) {
          result.push_back(entry_from(reinterpret_cast<rtnl_neigh*>(object), names));
        });
      },
      [&] { result.clear(); });
  return result;
}

}  // namespace vethlab::netlink
