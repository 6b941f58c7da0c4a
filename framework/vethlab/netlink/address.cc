#include <vethlab/netlink/address.h>

#include <vethlab/netlink/print_list.h>

#include <ostream>

#include <fmt/format.h>

namespace vethlab {
namespace {

std::string lifetime(const std::optional<std::chrono::seconds>& time) {
  return time ? fmt::format("{}sec", time->count()) : "forever";
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const InterfaceAddress& a) {
  os << a.index << ": " << a.dev << "    "
     << (a.address.family() == Family::kIpv4 ? "inet " : "inet6 ");
  if (a.peer) os << a.address.address() << " peer " << Prefix(*a.peer, a.address.length());
  else os << a.address;
  if (a.brd) os << " brd " << *a.brd;
  os << " scope " << a.scope;
  for (const std::string& flag : a.flags) os << ' ' << flag;
  if (a.address.family() == Family::kIpv4) os << ' ' << a.dev;
  return os << " valid_lft " << lifetime(a.valid) << " preferred_lft " << lifetime(a.preferred);
}

void PrintTo(const InterfaceAddress& address, std::ostream* os) { *os << address; }
void PrintTo(const std::vector<InterfaceAddress>& list, std::ostream* os) {
  netlink::print_list(list, os);
}

}  // namespace vethlab
