#include <vethlab/netlink/listening_socket.h>

#include <vethlab/netlink/print_list.h>

#include <ostream>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, const ListeningSocket& s) {
  os << s.protocol << ' ';
  if (s.protocol.starts_with("u_")) return os << s.path;
  const std::string dev = s.dev.empty() ? "" : "%" + s.dev;
  if (!s.address) os << '*' << dev;
  else if (s.address->family() == Family::kIpv6) os << '[' << *s.address << ']' << dev;
  else os << *s.address << dev;
  return os << ':' << s.port;
}

void PrintTo(const ListeningSocket& socket, std::ostream* os) { *os << socket; }
void PrintTo(const std::vector<ListeningSocket>& list, std::ostream* os) {
  netlink::print_list(list, os);
}

}  // namespace vethlab
