#include <vethlab/netlink/connection.h>

#include <vethlab/netlink/print_list.h>

#include <netinet/in.h>

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

namespace vethlab {
namespace {

// conntrack(8)'s words.
std::string protocol_name(int number) {
  switch (number) {
    case IPPROTO_TCP: return "tcp";
    case IPPROTO_UDP: return "udp";
    case IPPROTO_ICMP: return "icmp";
    case IPPROTO_ICMPV6: return "icmpv6";
    case IPPROTO_SCTP: return "sctp";
    case IPPROTO_DCCP: return "dccp";
    case IPPROTO_UDPLITE: return "udplite";
    case IPPROTO_GRE: return "gre";
    default: return std::to_string(number);
  }
}

bool has(const Connection& connection, const char* status) {
  return std::ranges::count(connection.status, status) > 0;
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const ConnectionTuple& t) {
  os << "src=" << t.src << " dst=" << t.dst;
  if (t.icmp_type)
    return os << " type=" << *t.icmp_type << " code=" << t.icmp_code.value_or(0)
              << " id=" << t.icmp_id.value_or(0);
  if (t.src_port == 0 && t.dst_port == 0) return os;
  return os << " sport=" << t.src_port << " dport=" << t.dst_port;
}

std::ostream& operator<<(std::ostream& os, const Connection& c) {
  os << fmt::format("{:<8} {} {} ", protocol_name(c.protocol), c.protocol, c.timeout.count());
  if (!c.state.empty()) os << c.state << ' ';
  os << c.original << ' ';
  if (!has(c, "SEEN_REPLY")) os << "[UNREPLIED] ";
  os << c.reply << ' ';
  if (has(c, "ASSURED")) os << "[ASSURED] ";
  return os << "mark=" << c.mark;
}

void PrintTo(const Connection& connection, std::ostream* os) { *os << connection; }
void PrintTo(const std::vector<Connection>& list, std::ostream* os) {
  netlink::print_list(list, os);
}

}  // namespace vethlab
