#include <vethlab/netlink/link.h>

#include <vethlab/netlink/print_list.h>

#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, OperState state) {
  switch (state) {
    case OperState::kUnknown: return os << "UNKNOWN";
    case OperState::kNotPresent: return os << "NOTPRESENT";
    case OperState::kDown: return os << "DOWN";
    case OperState::kLowerLayerDown: return os << "LOWERLAYERDOWN";
    case OperState::kTesting: return os << "TESTING";
    case OperState::kDormant: return os << "DORMANT";
    case OperState::kUp: return os << "UP";
  }
  return os << "state " << static_cast<int>(state);
}

std::ostream& operator<<(std::ostream& os, const Link& link) {
  os << link.index << ": " << link.name;
  if (!link.peer.empty()) os << '@' << link.peer;
  else if (link.peer_index) os << "@if" << *link.peer_index;
  os << ": <" << fmt::format("{}", fmt::join(link.flags, ",")) << "> mtu " << link.mtu << " qdisc "
     << link.qdisc;
  if (!link.master.empty()) os << " master " << link.master;
  os << " state " << link.state << " mode DEFAULT group default";
  if (link.qlen != 0) os << " qlen " << link.qlen;
  os << "\n    link/" << link.type << ' ' << link.mac << " brd " << link.brd;
  if (!link.link_netns.empty()) os << " link-netns " << link.link_netns;
  else if (link.link_netnsid) os << " link-netnsid " << *link.link_netnsid;
  return os;
}

void PrintTo(const Link& link, std::ostream* os) { *os << link; }
void PrintTo(const std::vector<Link>& links, std::ostream* os) { netlink::print_list(links, os); }

}  // namespace vethlab
