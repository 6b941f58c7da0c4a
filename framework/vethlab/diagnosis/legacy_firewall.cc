#include <vethlab/diagnosis/firewall.h>
#include <vethlab/diagnosis/risen.h>
#include <vethlab/diagnosis/tool.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

// "chain FORWARD of table filter: -A FORWARD -p icmp -j DROP", and how many it has met.
using Counters = std::map<std::string, long>;

// = iptables-legacy-save -c, of rules and policies that drop or reject. nf_tables knows nothing of them.
Counters legacy_counters(const Node& node, Family family) {
  const bool v4 = family == Family::kIpv4;
  const std::string names = v4 ? "/proc/net/ip_tables_names" : "/proc/net/ip6_tables_names";
  const std::string tool = v4 ? "iptables-legacy-save" : "ip6tables-legacy-save";
  const auto listed = ask_tool(node, {"sh", "-c", "grep -q . $0 && exec $1 -c", names, tool});
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

}  // namespace

Finding dropped_by_legacy(Case& judged, const Node& node) {
  try {
    const Counters first = legacy_counters(node, judged.family());
    if (first.empty()) return {};
    const std::vector<bool> counted = risen(judged, [&] {
      std::vector<std::int64_t> counters;
      for (const auto& [text, count] : legacy_counters(node, judged.family()))
        counters.push_back(count);
      return counters;
    });
    if (counted.size() != first.size() || std::ranges::count(counted, true) != 1) return {};
    auto rule = first.begin();
    std::advance(rule, std::ranges::find(counted, true) - counted.begin());
    return {fmt::format("{}'s firewall {}", node.name(), rule->first),
            {"its counter, which rises with each probe that is sent, and not without"},
            &node,
            {},
            "ip"};
  } catch (const std::exception&) {  // not installed
    return {};
  }
}

}  // namespace vethlab::diagnosis
