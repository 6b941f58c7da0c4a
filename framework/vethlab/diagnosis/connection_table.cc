#include <vethlab/diagnosis/firewall.h>

#include <vethlab/diagnosis/risen.h>
#include <vethlab/diagnosis/tool.h>

#include <cstdint>
#include <exception>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

constexpr const char* kMost = "net.netfilter.nf_conntrack_max";

// The machine's, which holds for the table of each namespace; a kernel may hide it from a user's own.
std::int64_t most(Facts& facts, const Node& node) {
  const std::string text = facts.sysctl(node, kMost);
  if (!text.empty()) return std::stoll(text);
  std::int64_t number = 0;
  std::ifstream("/proc/sys/net/netfilter/nf_conntrack_max") >> number;
  return number;
}

struct Statistics {
  std::int64_t entries = 0;
  std::int64_t drops = 0;  // of packets that could not have one
};

// /proc/net/stat/nf_conntrack: names, and a line of hexadecimal numbers a processor.
Statistics statistics(const Node& node) {
  const auto listed = ask_tool(node, {"cat", "/proc/net/stat/nf_conntrack"});
  std::istringstream lines(listed.out);
  std::string line;
  std::getline(lines, line);
  std::vector<std::string> names;
  std::istringstream heading(line);
  for (std::string name; heading >> name;) names.push_back(name);
  Statistics found;
  while (std::getline(lines, line)) {
    std::istringstream numbers(line);
    numbers >> std::hex;
    std::int64_t number = 0;
    for (std::size_t i = 0; i < names.size() && numbers >> number; ++i) {
      if (names[i] == "entries") found.entries = number;
      if (names[i] == "drop") found.drops += number;
    }
  }
  return found;
}

}  // namespace

Finding dropped_by_full_table(Case& judged, const Node& node) {
  try {
    const std::int64_t limit = most(judged.facts, node);
    if (limit <= 0 || statistics(node).entries < limit) return {};
    if (!risen(judged, [&] { return std::vector<std::int64_t>{statistics(node).drops}; }).front())
      return {};
    return {
        fmt::format("{}'s table of connections is full ({} = {}): it drops what would begin one",
                    node.name(), kMost, limit),
        {"the drops that it counts rise with each probe that is sent, and not without"},
        &node,
        {}};
  } catch (const std::exception&) {  // a kernel that tracks none
    return {};
  }
}

}  // namespace vethlab::diagnosis
