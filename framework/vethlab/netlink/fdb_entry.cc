#include <vethlab/netlink/fdb_entry.h>

#include <vethlab/netlink/print_list.h>

#include <ostream>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, const FdbEntry& e) {
  os << e.mac << " dev " << e.dev;
  if (e.dst) os << " dst " << *e.dst;
  if (e.vlan) os << " vlan " << *e.vlan;
  if (e.self) os << " self";
  if (!e.master.empty()) os << " master " << e.master;
  if (!e.state.empty()) os << ' ' << e.state;
  return os;
}

void PrintTo(const FdbEntry& entry, std::ostream* os) { *os << entry; }
void PrintTo(const std::vector<FdbEntry>& list, std::ostream* os) { netlink::print_list(list, os); }

}  // namespace vethlab
