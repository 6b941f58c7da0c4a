#include <vethlab/diagnosis/tc.h>

#include <vethlab/diagnosis/tool.h>

#include <exception>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

// Empty: there is no tc(8), or it has nothing to say.
Json tc(const Node& node, const Argv& arguments) {
  Argv argv = {"tc", "-s", "-j"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  try {
    const ProgramResult listed = ask_tool(node, argv);
    if (listed.exit_code != 0 || listed.out.find('{') == listed.out.npos) return {};
    return Json::parse(listed.out);
  } catch (const std::exception&) {
    return {};
  }
}

std::int64_t number(const Json& from, const std::string& pointer) {
  return from.has(pointer) ? static_cast<std::int64_t>(from.at(pointer).number().value_or(0)) : 0;
}

std::string word(const Json& from, const std::string& pointer) {
  return from.has(pointer) ? from.at(pointer).string().value_or("") : "";
}

}  // namespace

std::vector<Discipline> disciplines(const Node& node, const std::string& dev) {
  const Json listed = tc(node, {"qdisc", "show", "dev", dev});
  std::vector<Discipline> found;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const Json each = listed.at(fmt::format("/{}", i));
    found.push_back({word(each, "/kind"), number(each, "/drops"), number(each, "/qlen")});
  }
  return found;
}

std::vector<TcFilter> tc_filters(const Node& node, const std::string& dev,
                                 const std::string& where) {
  const Json listed = tc(node, {"filter", "show", "dev", dev, where});
  std::vector<TcFilter> found;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const Json each = listed.at(fmt::format("/{}", i));
    if (!each.has("/options") || each.has("/options/ht_divisor")) continue;  // a head, u32's table
    TcFilter filter{.text = fmt::format("protocol {} pref {} {}", word(each, "/protocol"),
                                        number(each, "/pref"), word(each, "/kind"))};
    const Json actions = each.has("/options/actions") ? each.at("/options/actions") : Json();
    filter.counts = actions.size() > 0;
    for (std::size_t k = 0; k < actions.size(); ++k)
      filter.drops += number(actions, fmt::format("/{}/stats/drops", k));
    found.push_back(std::move(filter));
  }
  return found;
}

}  // namespace vethlab::diagnosis
