#include <vethlab/netlink/neighbour.h>

#include <vethlab/netlink/print_list.h>

#include <ostream>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, const Neighbour& n) {
  os << n.to << " dev " << n.dev;
  if (!n.lladdr.empty()) os << " lladdr " << n.lladdr;
  if (n.router) os << " router";
  return os << ' ' << n.state;
}

void PrintTo(const Neighbour& neighbour, std::ostream* os) { *os << neighbour; }
void PrintTo(const std::vector<Neighbour>& list, std::ostream* os) {
  netlink::print_list(list, os);
}

}  // namespace vethlab
