#include <vethlab/diagnosis/counters.h>

#include <vethlab/diagnosis/risen.h>
#include <vethlab/diagnosis/tool.h>

#include <array>
#include <cstdint>
#include <exception>
#include <regex>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

bool is_of_errors(const std::string& name) {
  static const std::regex words(
      "Err|Drop|Discard|NoRoute|Filter|Fail|Overflow|Prune|Unknown|Truncated|NoPort|Block|NoStates|"
      "Mismatch|Invalid|Expired|NotFound|Unexpected|Csum|Bad|Ignored|PolError");
  return std::regex_search(name, words);
}

// "eth0: 1 2 …": man 5 proc_pid_net.
void add_interface(std::istringstream& words, const std::string& dev, NamedCounters& found) {
  constexpr std::array kColumns = {"", "", "rx_errors", "rx_dropped", "",          "",
                                   "", "", "",          "",           "tx_errors", "tx_dropped"};
  std::int64_t value = 0;
  for (std::size_t i = 0; i < kColumns.size() && words >> value; ++i)
    if (*kColumns[i] != '\0') found.emplace_back(fmt::format("{} {}", dev, kColumns[i]), value);
}

}  // namespace

NamedCounters counters_of_errors(std::string_view text, std::string_view dev) {
  NamedCounters found;
  std::istringstream lines{std::string(text)};
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first == fmt::format("{}:", dev)) {
      add_interface(words, std::string(dev), found);
    } else if (!first.ends_with(':')) {  // "XfrmInError 0"
      std::int64_t value = 0;
      if (words >> value && is_of_errors(first)) found.emplace_back(first, value);
    } else if (names.empty()) {  // "Ip: InDiscards …", and the numbers in the next line
      first.pop_back();
      // As nstat(8): "Ip", and nothing of the extensions' heading.
      if (first == "TcpExt" || first == "IpExt") first.clear();
      for (std::string name; words >> name;) names.push_back(first + name);
    } else {
      std::int64_t value = 0;
      for (const std::string& name : names)
        if (words >> value && is_of_errors(name)) found.emplace_back(name, value);
      names.clear();
    }
  }
  return found;
}

std::vector<std::string> counted_as_wrong(Case& judged, const Node& node, const std::string& dev) {
  try {
    const auto read = [&] {
      const auto listed =
          ask_tool(node, {"sh", "-c",
                          "cd /proc/net; for each in snmp netstat snmp6 xfrm_stat dev; do "
                          "test ! -r $each || cat $each; done"});
      return counters_of_errors(listed.out, dev);
    };
    const NamedCounters before = read();
    const std::vector<bool> counted = risen(judged, [&] {
      std::vector<std::int64_t> counters;
      for (const auto& [name, value] : read()) counters.push_back(value);
      return counters;
    });
    std::vector<std::string> names;
    for (std::size_t i = 0; i < counted.size() && i < before.size(); ++i)
      if (counted[i]) names.push_back(before[i].first);
    if (names.empty()) return {};
    return {fmt::format("of {}'s counters {} {} with each probe that is sent, and not without",
                        node.name(), fmt::join(names, ", "), names.size() == 1 ? "rises" : "rise")};
  } catch (const std::exception&) {  // there is no sh(1)
    return {};
  }
}

}  // namespace vethlab::diagnosis
