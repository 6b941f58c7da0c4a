#include <vethlab/diagnosis/port_vlans.h>

#include <vethlab/diagnosis/tool.h>

#include <algorithm>
#include <exception>

#include <fmt/format.h>

namespace vethlab::diagnosis {

bool PortVlans::has(int vlan) const {
  return std::ranges::any_of(
      ranges, [&](const auto& range) { return range.first <= vlan && vlan <= range.second; });
}

std::optional<PortVlans> port_vlans(const Node& node, const std::string& dev) {
  try {
    const ProgramResult listed = ask_tool(node, {"bridge", "-j", "vlan", "show", "dev", dev});
    if (listed.exit_code != 0) return {};
    PortVlans found;
    if (listed.out.find('{') != listed.out.npos) {
      const Json vlans = Json::parse(listed.out).at("/0/vlans");
      for (std::size_t i = 0; i < vlans.size(); ++i) {
        const Json each = vlans.at(fmt::format("/{}", i));
        const int first = static_cast<int>(each.at("/vlan").number().value_or(0));
        const int last = each.has("/vlanEnd")
                             ? static_cast<int>(each.at("/vlanEnd").number().value_or(0))
                             : first;
        found.ranges.emplace_back(first, last);
        found.text += fmt::format("{}{}", found.text.empty() ? "" : ", ", first);
        if (last != first) found.text += fmt::format("-{}", last);
        if (each.has("/flags") && each.at("/flags").text().find("PVID") != std::string::npos)
          found.pvid = first;
      }
    }
    if (found.text.empty()) found.text = "none";
    return found;
  } catch (const std::exception&) {  // no bridge(8), or an old one
    return {};
  }
}

}  // namespace vethlab::diagnosis
