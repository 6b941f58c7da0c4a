#pragma once

#include <vethlab/base/ip_address.h>
#include <vethlab/base/prefix.h>
#include <vethlab/netlink/route_protocol.h>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

struct NextHop {
  std::optional<IpAddress> via = {};
  std::string dev = {};  // in add_route, may be left empty where `via` is on a connected prefix
  int weight = 1;        // 1 to 256
  std::vector<std::string> flags = {};  // "onlink", "linkdown", "dead"
  friend bool operator==(const NextHop&, const NextHop&) = default;
  friend std::ostream& operator<<(std::ostream& os, const NextHop& hop);
};

// = ip route: "10.0.0.0/8 via 10.9.9.9 dev eth0 table 100 proto bgp scope link src … metric 20".
// Fields left out of add_route are what `ip route add` takes: table main, proto boot, scope by the
// kind of route, type unicast.
struct Route {
  std::string type = "unicast";  // or local, broadcast, blackhole, unreachable, prohibit, throw …
  Prefix to = {};                // no host bits. "default" is of via's family
  std::optional<IpAddress> via = {};
  std::string dev = {};
  int table = 254;  // 254 main, 255 local, 253 default
  RouteProtocol proto = {};
  std::string scope = {};  // "global", "site", "link", "host", "nowhere"; IPv6 has global only
  std::optional<IpAddress> src = {};
  std::optional<std::uint32_t> metric = {};  // the smaller wins; empty: none (IPv4's 0)
  std::optional<int> mtu = {};               // bytes, of the route
  std::vector<NextHop> nexthops = {};        // multipath only; else empty, and via and dev hold
  std::vector<std::string> flags = {};       // "onlink", "linkdown", "dead"
  friend bool operator==(const Route&, const Route&) = default;
  friend std::ostream& operator<<(std::ostream& os, const Route& route);
};
void PrintTo(const Route& route, std::ostream* os);
void PrintTo(const std::vector<Route>& routes, std::ostream* os);  // as `ip route` prints them

struct RouteQuery {
  Family family = Family::kIpv4;  // as `ip route`; kIpv6 = ip -6 route
  int table = 254;                // 0: all tables
};

// Which route a packet would take: fields as ProbeOptions has them.
struct RouteToOptions {
  std::optional<IpAddress> src = {};  // empty: the kernel chooses, by the route
  std::string dev = {};               // out of this interface only
  std::uint32_t mark = 0;             // fwmark
};

}  // namespace vethlab
