#pragma once

#include <vethlab/base/ip_address.h>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace vethlab {

// A socket to which somebody may come: of TCP and Unix streams one that listens, of UDP and Unix
// datagrams one that is bound and not connected. Prints as `ss -ln` names it: "tcp 127.0.0.1:179",
// "udp *:53", "tcp [::1]%lo:80", "u_str /run/frr/bgpd.vty", "u_dgr @abstract".
struct ListeningSocket {
  std::string protocol = {};  // "tcp", "udp"; "u_str", "u_seq", "u_dgr": a Unix stream …
  // On which it listens: 0.0.0.0 and :: are all of IPv4, all of IPv6; none: all of both.
  std::optional<IpAddress> address = {};
  std::string dev = {};    // the interface it is bound to (SO_BINDTODEVICE), or empty
  std::uint16_t port = 0;  // of tcp and udp
  std::string path = {};   // of a Unix socket: as it was bound, or "@name" of an abstract one
  friend bool operator==(const ListeningSocket&, const ListeningSocket&) = default;
  friend std::ostream& operator<<(std::ostream& os, const ListeningSocket& socket);
};
void PrintTo(const ListeningSocket& socket, std::ostream* os);
void PrintTo(const std::vector<ListeningSocket>& list, std::ostream* os);  // one a line

}  // namespace vethlab
