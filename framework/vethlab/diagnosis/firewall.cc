#include <vethlab/diagnosis/firewall.h>

#include <vethlab/firewall/trace.h>
#include <vethlab/lab/node_state.h>

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <exception>
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

std::string match_of(const Case& judged, const Sighting* about) {
  const char* const ip = judged.family() == Family::kIpv4 ? "ip" : "ip6";
  const std::string protocol = judged.transport == Transport::kTcp   ? "tcp"
                               : judged.transport == Transport::kUdp ? "udp"
                               : judged.family() == Family::kIpv4    ? "icmp"
                                                                     : "icmpv6";
  std::string match = "meta l4proto " + protocol;
  if (about == nullptr) return match + fmt::format(" {} daddr {}", ip, judged.to.text());
  if (about->packet.src) match += fmt::format(" {} saddr {}", ip, about->packet.src->text());
  if (about->packet.dst) match += fmt::format(" {} daddr {}", ip, about->packet.dst->text());
  return match;
}

std::string chain(const std::string& family, const std::string& hook, int priority,
                  const std::string& match) {
  return fmt::format(
      "table {} {} {{ chain {} {{ type filter hook {} priority {}; {} meta nftrace set 1; }}; }}\n",
      family, kTable, hook.substr(0, hook.find(' ')), hook, priority, match);
}

// Before everybody else's chains: raw's priority is -300, a bridge's and a device's what one likes.
std::string tracing(Case& judged, const Node& node, const Sighting* about, bool below_ip) {
  const std::string match = match_of(judged, about);
  std::string text =
      chain("inet", "prerouting", -450, match) + chain("inet", "output", -450, match);
  if (about == nullptr || !about->in() || !below_ip) return text;
  text += chain("netdev", fmt::format("ingress device \"{}\"", about->packet.dev), -500, match);
  const auto link = judged.facts.link(node, about->packet.dev);
  if (link && !link->master.empty()) text += chain("bridge", "prerouting", -450, match);
  return text;
}

// Of what that text has made.
std::string untracing(const std::string& tracing) {
  std::string text;
  for (const char* const family : {"inet", "netdev", "bridge"})
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
    std::string text = tracing(judged, node, about, true);
    if (!nft(node, text)) {  // a kernel without the families netdev or bridge
      text = tracing(judged, node, about, false);
      if (!nft(node, text)) return {};
    }
    ProbeOptions options = judged.options;
    options.count = 1;
    options.timeout = std::min<std::chrono::milliseconds>(options.timeout, kOnce);
    state.lab.unresolved = true;  // neighbours are asked for once more, too
    state.lab.forget_unresolved();
    (void)judged.source.probe(judged.destination, options);
    const std::vector<firewall::Drop> drops = trace.drops();
    (void)nft(node, untracing(text));
    for (const firewall::Drop& drop : drops)
      if (drop.table != kTable) return describe(node, drop);
  } catch (const std::exception&) {  // no nft(8), no nf_tables: it cannot be asked
  }
  return {};
}

}  // namespace vethlab::diagnosis
