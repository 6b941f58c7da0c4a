#include <vethlab/diagnosis/firewall.h>

#include <vethlab/diagnosis/causes.h>
#include <vethlab/diagnosis/tool.h>
#include <vethlab/diagnosis/trace_text.h>
#include <vethlab/diagnosis/watch.h>
#include <vethlab/firewall/trace.h>
#include <vethlab/lab/node_state.h>

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

enum class Applied : std::uint8_t { kYes, kNo, kNotKnown };  // the last: nft(8) was late

Applied nft(const Node& node, const std::string& text) {
  const ProgramResult done = ask_tool(node, {"nft", "-f", "-"}, text);
  return done.late ? Applied::kNotKnown : done.exit_code == 0 ? Applied::kYes : Applied::kNo;
}

// By nft's own listing, which has the rules of iptables, too; of those that iptables-save alone lists
// firewall_rules() does not know the handle.
std::string rule_text(const Node& node, const firewall::Drop& drop) {
  const ProgramResult listed =
      ask_tool(node, {"nft", "-a", "list", "chain", drop.family, drop.table, drop.chain});
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
  Applied applied = Applied::kNo;
  Tables(const Node& in, std::string what, Applied how)
      : node(in), text(std::move(what)), applied(how) {}
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
  ~Tables() {
    try {
      if (!text.empty()) (void)nft(node, untrace_text(text));
    } catch (const std::exception&) {  // a node without programs had none made, either
    }
  }
};

Tables tables_of(const Node& node, const Traced& traced) {
  for (const Below below :
       {Below::kYes, Below::kNo}) {  // kernels without netdev or bridge families
    const std::string text = trace_text(traced, below);
    if (const Applied applied = nft(node, text); applied != Applied::kNo)
      return {node, text, applied};
  }
  return {node, "", Applied::kNo};
}

// No ARP gets there: it was marked by a table of ours that could not be deleted.
bool is_of_ip(const std::string& family) {
  return family == "inet" || family == "ip" || family == "ip6";
}

// The first drop of a packet that is traced while the probe is sent once more.
std::optional<firewall::Drop> traced_drop(Case& judged, const Node& node, const Traced& traced) {
  try {
    internal::NodeState& state = node.state();
    firewall::Trace trace(
        state.lab.keeper.socket({state.index, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER}));
    const Tables tables = tables_of(node, traced);
    if (tables.applied != Applied::kYes) return {};
    // Again where others send so many packets like it that its own find no room.
    constexpr int kAttempts = 3;
    for (int i = 0; i < kAttempts && (i == 0 || trace.overrun()); ++i) {
      trace.clear();
      send_again(judged);
      for (const firewall::Drop& drop : trace.drops(kTraceTable))
        if (!traced.arp || !is_of_ip(drop.family)) return drop;
    }
  } catch (const std::exception&) {  // no nft(8), no nf_tables: it cannot be asked
  }
  return {};
}

Finding describe(const Node& node, const firewall::Drop& drop, const std::string& what) {
  const std::string where =
      fmt::format("chain {} of table {} {}", drop.chain, drop.family, drop.table);
  Finding found{.node = &node};
  if (!drop.handle) {
    found.why =
        fmt::format("{}'s firewall drops {}: the policy of {} is drop", node.name(), what, where);
  } else {
    const std::string text = rule_text(node, drop);
    const bool rejects = text.find("reject") != text.npos || text.find("REJECT") != text.npos;
    found.why = fmt::format("{}'s firewall {} {}: rule \"{}\" in {}", node.name(),
                            rejects ? "rejects" : "drops", what,
                            text.empty() ? fmt::format("handle {}", *drop.handle) : text, where);
  }
  found.family = drop.family;
  found.evidence = {"nf_tables' own trace of the same probe, by a table that is deleted again"};
  return found;
}

}  // namespace

Finding dropped_by_firewall(Case& judged, const Node& node, const Sighting* about) {
  const Traced traced = about != nullptr ? traced_packet(judged, *about) : traced_probe(judged);
  const auto drop = traced_drop(judged, node, traced);
  if (!drop) {
    const Finding full = dropped_by_full_table(judged, node);
    return full ? full : dropped_by_legacy(judged, node);
  }
  Finding found = describe(node, *drop, about != nullptr ? in_words(about->packet) : "it");
  if (about != nullptr && about->in() && !drop->came_in)
    found.why = fmt::format("{} took it in and answered, but {}", node.name(), found.why);
  return found;
}

Finding resolution_dropped_by_firewall(Case& judged, const Node& node, const IpAddress& target,
                                       const std::string& dev, const ResolutionWords& words) {
  const Traced traced = traced_resolution(judged, node, target, dev);
  if (const auto drop = traced_drop(judged, node, traced))
    return describe(node, *drop, drop->came_in ? words.came_in : words.its_own);
  // iptables sees no ARP.
  return target.family() == Family::kIpv6 ? dropped_by_legacy(judged, node) : Finding{};
}

}  // namespace vethlab::diagnosis
