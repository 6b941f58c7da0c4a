#include <vethlab/netlink/words.h>

#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

using Word = std::pair<int, std::string_view>;

constexpr Word kTables[] = {{253, "default"}, {254, "main"}, {255, "local"}};
constexpr Word kScopes[] = {{RT_SCOPE_UNIVERSE, "global"},
                            {RT_SCOPE_SITE, "site"},
                            {RT_SCOPE_LINK, "link"},
                            {RT_SCOPE_HOST, "host"},
                            {RT_SCOPE_NOWHERE, "nowhere"}};
constexpr Word kTypes[] = {
    {RTN_UNICAST, "unicast"},         {RTN_LOCAL, "local"},         {RTN_BROADCAST, "broadcast"},
    {RTN_ANYCAST, "anycast"},         {RTN_MULTICAST, "multicast"}, {RTN_BLACKHOLE, "blackhole"},
    {RTN_UNREACHABLE, "unreachable"}, {RTN_PROHIBIT, "prohibit"},   {RTN_THROW, "throw"}};
constexpr Word kStates[] = {
    {NUD_NONE, "NONE"},     {NUD_INCOMPLETE, "INCOMPLETE"}, {NUD_REACHABLE, "REACHABLE"},
    {NUD_STALE, "STALE"},   {NUD_DELAY, "DELAY"},           {NUD_PROBE, "PROBE"},
    {NUD_FAILED, "FAILED"}, {NUD_NOARP, "NOARP"},           {NUD_PERMANENT, "PERMANENT"}};
constexpr Word kActions[] = {{FR_ACT_TO_TBL, "lookup"},
                             {FR_ACT_BLACKHOLE, "blackhole"},
                             {FR_ACT_UNREACHABLE, "unreachable"},
                             {FR_ACT_PROHIBIT, "prohibit"}};

std::string name(std::span<const Word> words, int number) {
  const auto known = std::ranges::find(words, number, &Word::first);
  return known != words.end() ? std::string(known->second) : std::to_string(number);
}

std::optional<int> number(std::span<const Word> words, std::string_view name) {
  const auto known = std::ranges::find(words, name, &Word::second);
  return known != words.end() ? std::optional(known->first) : std::nullopt;
}

std::string names(std::span<const Word> words) {
  std::string list;
  for (const Word& word : words) list += fmt::format("{}{}", list.empty() ? "" : ", ", word.second);
  return list;
}

}  // namespace

std::string table_name(int table) { return name(kTables, table); }
std::string scope_name(int scope) { return name(kScopes, scope); }
std::string route_type_name(int type) { return name(kTypes, type); }
std::string neighbour_state_name(int state) { return name(kStates, state); }
std::string rule_action_name(int action) { return name(kActions, action); }

std::optional<int> scope_number(std::string_view name) { return number(kScopes, name); }
std::optional<int> route_type_number(std::string_view name) { return number(kTypes, name); }
std::optional<int> neighbour_state_number(std::string_view name) { return number(kStates, name); }
std::optional<int> rule_action_number(std::string_view name) { return number(kActions, name); }

std::string route_type_names() { return names(kTypes); }
std::string scope_names() { return names(kScopes); }
std::string neighbour_state_names() { return names(kStates); }
std::string rule_action_names() { return names(kActions); }

}  // namespace vethlab::netlink
