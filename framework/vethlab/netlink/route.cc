#include <vethlab/netlink/route.h>

#include <vethlab/netlink/print_list.h>
#include <vethlab/netlink/words.h>

#include <ostream>

namespace vethlab {
namespace {

bool is_default(const Prefix& prefix) {
  return prefix.length() == 0 && prefix == Prefix::any(prefix.family());
}

void print_to(std::ostream& os, const Prefix& to) {
  if (is_default(to)) os << "default";
  else if (to == Prefix::host(to.address())) os << to.address();
  else os << to;
}

void print_hop(std::ostream& os, Family family, const std::optional<IpAddress>& via,
               const std::string& dev) {
  if (via) os << " via " << (via->family() == family ? "" : "inet6 ") << *via;
  if (!dev.empty()) os << " dev " << dev;
}

void print_flags(std::ostream& os, const std::vector<std::string>& flags) {
  for (const std::string& flag : flags) os << ' ' << flag;
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const NextHop& hop) {
  os << "nexthop";
  if (hop.via) os << " via " << *hop.via;
  if (!hop.dev.empty()) os << " dev " << hop.dev;
  os << " weight " << hop.weight;
  print_flags(os, hop.flags);
  return os;
}

std::ostream& operator<<(std::ostream& os, const Route& r) {
  if (r.type != "unicast") os << r.type << ' ';
  print_to(os, r.to);
  print_hop(os, r.to.family(), r.via, r.dev);
  if (r.table != 254) os << " table " << netlink::table_name(r.table);
  if (r.proto.number() != 0 && r.proto != RouteProtocol("boot")) os << " proto " << r.proto;
  if (!r.scope.empty() && r.scope != "global") os << " scope " << r.scope;
  if (r.src) os << " src " << *r.src;
  if (r.metric) os << " metric " << *r.metric;
  if (r.mtu) os << " mtu " << *r.mtu;
  print_flags(os, r.flags);
  for (const NextHop& hop : r.nexthops) os << "\n\t" << hop;
  return os;
}

void PrintTo(const Route& route, std::ostream* os) { *os << route; }
void PrintTo(const std::vector<Route>& routes, std::ostream* os) {
  netlink::print_list(routes, os);
}

}  // namespace vethlab
