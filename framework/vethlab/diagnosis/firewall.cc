#include <vethlab/diagnosis/firewall.h>

#include <vethlab/diagnosis/causes.h>
#include <vethlab/firewall/trace.h>
#include <vethlab/lab/node_state.h>

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <regex>
#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

using namespace std::chrono_literals;

constexpr const char* kTable = "vethlab_why";
constexpr auto kOnce = 50ms;  // for a packet to get to where it is dropped

bool nft(const Node& node, const std::string& text) {
  return node.exec({"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin exec nft -f -"},
                   {.input = text, .timeout = 2s})
             .exit_code == 0;
}

std::string match_of(const Case& judged, const Packet& packet) {
  if (packet.arp_op) return "ether type arp";
  const bool v4 = packet.dst && packet.dst->family() == Family::kIpv4;
  const char* const ip = v4 ? "ip" : "ip6";
  const bool icmp = judged.transport == Transport::kIcmp || packet.icmp_type;
  const std::string protocol = icmp                                  ? (v4 ? "icmp" : "icmpv6")
                               : judged.transport == Transport::kTcp ? "tcp"
                                                                     : "udp";
  std::string match = "meta l4proto " + protocol;
  // A neighbour's question has an address of its own each time.
  if (packet.icmp_type && asks_for_neighbour(packet)) return match + " icmpv6 type 135";
  if (packet.src) match += fmt::format(" {} saddr {}", ip, packet.src->text());
  if (packet.dst) match += fmt::format(" {} daddr {}", ip, packet.dst->text());
  if (packet.more_fragments) return match;
  if (packet.icmp_type) match += fmt::format(" {} type {}", protocol, *packet.icmp_type);
  // Others may talk to each other, too. The client's own port is another in each probe.
  constexpr int kClients = 32768;  // and above: net.ipv4.ip_local_port_range
  const int from = packet.src_port.value_or(kClients);
  const int to = packet.dst_port.value_or(kClients);
  if (!icmp && to < kClients && from >= kClients)
    match += fmt::format(" {} dport {}", protocol, to);
  if (!icmp && from < kClients && to >= kClients)
    match += fmt::format(" {} sport {}", protocol, from);
  return match;
}

// Before the node's own routing nothing is known but where it goes.
std::string match_of(const Case& judged) {
  const bool v4 = judged.family() == Family::kIpv4;
  Packet packet;
  packet.dst = judged.to;
  if (judged.transport == Transport::kIcmp) packet.icmp_type = v4 ? 8 : 128;
  else packet.dst_port = static_cast<std::uint16_t>(judged.port);
  return match_of(judged, packet);
}

Packet answer_to(const Packet& request) {
  Packet packet = request;
  std::swap(packet.src, packet.dst);
  std::swap(packet.src_port, packet.dst_port);
  if (packet.icmp_type == 8) packet.icmp_type = 0;
  if (packet.icmp_type == 128) packet.icmp_type = 129;
  return packet;
}

std::string chain(const std::string& family, const std::string& name, const std::string& hook,
                  int priority, const std::vector<std::string>& matches) {
  std::string rules;
  for (const std::string& match : matches) rules += match + " meta nftrace set 1; ";
  return fmt::format("table {} {} {{ chain {} {{ type filter hook {} priority {}; {}}}; }}\n",
                     family, kTable, name, hook, priority, rules);
}

enum class Below : std::uint8_t { kNo, kYes };

// Before everybody else's chains: raw's priority is -300, a bridge's and a device's what one likes.
std::string tracing(Case& judged, const Sighting* about, Below ip) {
  const bool arp = about != nullptr && about->packet.arp_op;
  const std::string match = about != nullptr ? match_of(judged, about->packet) : match_of(judged);
  std::vector<std::string> out = {match};
  if (about != nullptr && about->in() && !arp)
    out.push_back(match_of(judged, answer_to(about->packet)));
  std::string text = arp ? chain("arp", "input", "input", -450, {match}) +
                               chain("arp", "output", "output", -450, {match})
                         : chain("inet", "prerouting", "prerouting", -450, {match}) +
                               chain("inet", "output", "output", -450, out);
  if (about == nullptr || !about->in() || ip == Below::kNo || about->packet.dev == "lo")
    return text;
  text += chain("netdev", "ingress", fmt::format("ingress device \"{}\"", about->packet.dev), -500,
                {match});
  const auto link = judged.facts.link(*about->node, about->packet.dev);
  if (link && (!link->master.empty() || link->kind == "bridge"))
    text += chain("bridge", "prerouting", "prerouting", -450, {match});
  return text;
}

// Of what that text has made.
std::string untracing(const std::string& tracing) {
  std::string text;
  for (const char* const family : {"inet", "arp", "netdev", "bridge"})
    if (tracing.find(fmt::format("table {} ", family)) != tracing.npos)
      text += fmt::format("delete table {} {}\n", family, kTable);
  return text;
}

// By nft's own listing, which has the rules of iptables, too; of those that iptables-save alone lists
// firewall_rules() does not know the handle.
std::string rule_text(const Node& node, const firewall::Drop& drop) {
  const auto listed = node.exec(
      {"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin exec nft -a list chain \"$1\" \"$2\" \"$3\"", "sh",
       drop.family, drop.table, drop.chain},
      {.timeout = 2s});
  const std::string handle = fmt::format(" # handle {}", *drop.handle);
  std::istringstream lines(listed.out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.ends_with(handle)) continue;
    line.resize(line.size() - handle.size());
    // How often it has been met is not what it says.
    return std::regex_replace(line.substr(line.find_first_not_of("\t ")),
                              std::regex("counter packets [0-9]+ bytes [0-9]+"), "counter");
  }
  return {};
}

// The tables that trace, for as long as it lives.
struct Tables {
  const Node& node;
  std::string text = {};  // empty: there are none
  Tables(const Node& in, std::string what) : node(in), text(std::move(what)) {}
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
  ~Tables() {
    try {
      if (!text.empty()) (void)nft(node, untracing(text));
    } catch (const std::exception&) {  // a node without programs had none made, either
    }
  }
};

Tables tables_of(Case& judged, const Node& node, const Sighting* about) {
  for (const Below below :
       {Below::kYes, Below::kNo}) {  // kernels without netdev or bridge families
    const std::string text = tracing(judged, about, below);
    if (nft(node, text)) return {node, text};
  }
  return {node, ""};
}

}  // namespace

void send_again(Case& judged) {
  internal::LabState& lab = judged.source.state().lab;
  ProbeOptions options = judged.options;
  options.count = 1;
  options.timeout = std::min<std::chrono::milliseconds>(options.timeout, kOnce);
  lab.unresolved = true;  // neighbours are asked for once more, too
  lab.forget_unresolved();
  (void)judged.source.probe(judged.destination, options);
}

namespace {

// "chain FORWARD of table filter: -A FORWARD -p icmp -j DROP", and how many it has met.
using Counters = std::map<std::string, long>;

// = iptables-legacy-save -c, of rules and policies that drop or reject. nf_tables knows nothing of them.
Counters legacy_counters(const Node& node, Family family) {
  const bool v4 = family == Family::kIpv4;
  const std::string names = v4 ? "/proc/net/ip_tables_names" : "/proc/net/ip6_tables_names";
  const std::string tool = v4 ? "iptables-legacy-save" : "ip6tables-legacy-save";
  const auto listed =
      node.exec({"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; grep -q . $0 && exec $1 -c", names, tool},
                {.timeout = 2s});
  static const std::regex rule(R"(\[(\d+):\d+\] (-A (\S+) .*-j (DROP|REJECT)( .*)?))");
  static const std::regex policy(R"(:(\S+) DROP \[(\d+):\d+\])");
  Counters counters;
  std::string table;
  std::istringstream lines(listed.out);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.starts_with('*')) table = line.substr(1);
    if (std::regex_match(line, match, rule))
      counters[fmt::format("{} it: rule \"{}\" in table {} of iptables-legacy",
                           match[4] == "REJECT" ? "rejects" : "drops", match[2].str(), table)] =
          std::stol(match[1]);
    if (std::regex_match(line, match, policy))
      counters[fmt::format(
          "drops it: the policy of chain {} in table {} of iptables-legacy is DROP", match[1].str(),
          table)] = std::stol(match[2]);
  }
  return counters;
}

// The rule that counts one more with each of two probes: by chance that happens to no other.
Finding dropped_by_legacy(Case& judged, const Node& node) {
  try {
    const Counters first = legacy_counters(node, judged.family());
    if (first.empty()) return {};
    send_again(judged);
    const Counters before = legacy_counters(node, judged.family());
    send_again(judged);
    for (const auto& [text, count] : legacy_counters(node, judged.family())) {
      const auto known = before.find(text);
      const auto at_first = first.find(text);
      if (known == before.end() || at_first == first.end()) continue;
      if (known->second != at_first->second + 1 || count != known->second + 1) continue;
      return {fmt::format("{}'s firewall {}", node.name(), text),
              {"its counter, which rose by one with each of two more probes"},
              &node,
              {}};
    }
  } catch (const std::exception&) {  // not installed
  }
  return {};
}

Finding describe(const Node& node, const firewall::Drop& drop) {
  const std::string where =
      fmt::format("chain {} of table {} {}", drop.chain, drop.family, drop.table);
  Finding found{.node = &node};
  if (!drop.handle) {
    found.why = fmt::format("{}'s firewall drops it: the policy of {} is drop", node.name(), where);
  } else {
    const std::string text = rule_text(node, drop);
    const bool rejects = text.find("reject") != text.npos || text.find("REJECT") != text.npos;
    found.why = fmt::format("{}'s firewall {} it: rule \"{}\" in {}", node.name(),
                            rejects ? "rejects" : "drops",
                            text.empty() ? fmt::format("handle {}", *drop.handle) : text, where);
  }
  found.evidence = {"nf_tables' own trace of the same probe, by a table that is deleted again"};
  return found;
}

}  // namespace

Finding dropped_by_firewall(Case& judged, const Node& node, const Sighting* about) {
  try {
    internal::NodeState& state = node.state();
    firewall::Trace trace(
        state.lab.keeper.socket({state.index, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER}));
    const Tables tables = tables_of(judged, node, about);
    if (tables.text.empty()) return {};
    send_again(judged);
    for (const firewall::Drop& drop : trace.drops()) {
      if (drop.table == kTable) continue;
      Finding found = describe(node, drop);
      const bool own = about != nullptr && about->in() && !drop.came_in;
      if (own)
        found.why = fmt::format("{} took it in and answered, but {}", node.name(), found.why);
      return found;
    }
  } catch (const std::exception&) {  // no nft(8), no nf_tables: it cannot be asked
  }
  return dropped_by_legacy(judged, node);
}

}  // namespace vethlab::diagnosis
