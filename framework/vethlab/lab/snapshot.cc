#include <vethlab/lab/snapshot.h>

#include <vethlab/lab/node.h>
#include <vethlab/lab/snapshot_parts.h>

#include <ostream>
#include <sstream>
#include <string_view>
#include <vector>

namespace vethlab {
namespace {

// Rules without counters, which every packet changes, and without the time in a comment. What is
// not installed has no rules.
constexpr const char* kFirewall = R"(
PATH=$PATH:/usr/sbin:/sbin  # which an ordinary user's may lack
for command in iptables-save ip6tables-save; do
  command -v $command >/dev/null || continue
  echo "# $command"
  $command | sed -e '/^#/d' -e 's/ \[[0-9]*:[0-9]*\]$//'
done
command -v nft >/dev/null || exit 0
echo "# nft list ruleset"
nft --stateless list ruleset
)";

template <class T>
void section(std::ostream& os, const char* command, const std::vector<T>& list) {
  os << "# " << command << '\n';
  for (const T& each : list) os << each << '\n';
}

// Those that somebody entered: the others come and go with the traffic.
std::vector<Neighbour> permanent(std::vector<Neighbour> neighbours) {
  std::erase_if(neighbours, [](const Neighbour& n) { return n.state != "PERMANENT"; });
  return neighbours;
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const Snapshot& snapshot) { return os << snapshot.text; }

std::string internal::network_text(const Node& node, Caller caller) {
  std::ostringstream os;
  section(os, "ip link", node.links(caller));
  section(os, "ip -oneline address", node.addresses(caller));
  section(os, "ip route show table all", node.routes({.table = 0}, caller));
  section(os, "ip -6 route show table all",
          node.routes({.family = Family::kIpv6, .table = 0}, caller));
  section(os, "ip rule", node.rules(Family::kIpv4, caller));
  section(os, "ip -6 rule", node.rules(Family::kIpv6, caller));
  section(os, "ip neighbour show nud permanent", permanent(node.neighbours(caller)));
  return os.str();
}

std::string internal::firewall_text(const Node& node, std::chrono::milliseconds timeout,
                                    Caller caller) {
  return node.exec({"sh", "-c", kFirewall}, {.timeout = timeout}, caller).out;
}

Snapshot Node::snapshot(Caller caller) const {
  return {internal::network_text(*this, caller) +
          internal::firewall_text(*this, ExecOptions{}.timeout, caller)};
}

}  // namespace vethlab
