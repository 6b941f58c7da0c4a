#include <vethlab/diagnosis/routing.h>

#include <vethlab/base/errors.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/netlink/route_requests.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

bool is_everybodys(const Rule& rule) {
  constexpr std::array<std::uint32_t, 3> kTheirs = {0, 32766, 32767};
  return rule.priority && std::ranges::find(kTheirs, *rule.priority) != kTheirs.end();
}

bool meets(const Rule& rule, const Flow& flow) {
  if (rule.from && (!flow.chosen || !rule.from->contains(flow.from))) return false;
  if (rule.to && !rule.to->contains(flow.to)) return false;
  if (!rule.iif.empty() && rule.iif != (flow.in.empty() ? "lo" : flow.in)) return false;
  if (!rule.oif.empty() && rule.oif != flow.out) return false;
  const std::uint32_t mask = rule.fwmask.value_or(~0U);
  return !rule.fwmark || (flow.mark & mask) == (*rule.fwmark & mask);
}

// What the kernel says there, as a route's type or as an error: it has them both ways.
int refused_to(const Node& node, const Flow& flow) {
  const RouteVerdict verdict = ask_kernel(node, flow);
  if (!verdict.route) return verdict.error;
  const std::string& type = verdict.route->type;
  return type == "blackhole"     ? EINVAL
         : type == "prohibit"    ? EACCES
         : type == "unreachable" ? EHOSTUNREACH
                                 : 0;
}

const char* refusing_type(int error) {
  return error == EHOSTUNREACH ? "unreachable"
         : error == EACCES     ? "prohibit"
         : error == EINVAL     ? "blackhole"
                               : "throw";
}

}  // namespace

RouteVerdict ask_kernel(const Node& node, const Flow& flow) {
  try {
    netlink::RouteQuestion question{
        .to = flow.to, .out = flow.out, .mark = flow.mark, .in = flow.in};
    if (flow.chosen) question.from = flow.from;
    return {netlink::route_to(node.state().netlink, question), 0};
  } catch (const Refusal& refusal) {
    return {{}, refusal.error};
  }
}

std::optional<Route> best_route(Facts& facts, const Node& node, const IpAddress& to,
                                const std::string& type) {
  std::optional<Route> best;
  for (const Route& route : facts.routes(node, to.family())) {
    if (route.table == kLocalTable || !route.to.contains(to)) continue;
    if (!type.empty() && route.type != type) continue;
    if (!best || route.to.length() > best->to.length()) best = route;
  }
  return best;
}

std::optional<Rule> rule_met(Facts& facts, const Node& node, const Flow& flow,
                             const std::string& action) {
  for (const Rule& rule : facts.rules(node, flow.to.family()))
    if (!is_everybodys(rule) && (action.empty() || rule.action == action) && meets(rule, flow))
      return rule;
  return {};
}

bool depends_on_mark(Facts& facts, const Node& node, const Flow& flow) {
  return std::ranges::any_of(facts.rules(node, flow.to.family()),
                             [&](const Rule& rule) { return rule.fwmark && !meets(rule, flow); });
}

std::string in_words(const Route& route) {
  std::string text = printed(route);
  for (const char* const drop :
       {" proto boot", " proto static", " proto kernel", " scope link", " scope global"})
    if (const auto at = text.find(drop); at != text.npos)
      text.erase(at, std::string_view(drop).size());
  // What the kernel adds to one of IPv6 that has no interface.
  if (route.type != "unicast")
    for (const char* const drop : {" dev lo", " metric 1024"})
      if (const auto at = text.find(drop); at != text.npos)
        text.erase(at, std::string_view(drop).size());
  while (text.ends_with(' ')) text.pop_back();
  return "\"" + text + "\"";
}

std::string in_words(const Rule& rule) {
  std::string text = printed(rule);
  std::ranges::replace(text, '\t', ' ');
  return "\"" + text + "\"";
}

Finding refusing_route(Facts& facts, const Node& node, const Flow& flow, int error) {
  const char* const type = refusing_type(error);
  if (const auto rule = rule_met(facts, node, flow, type))
    return {fmt::format("{}'s rule {} refuses it", node.name(), in_words(*rule)), {}, &node, {}};
  const auto refusing = best_route(facts, node, flow.to, type);
  if (!refusing || refused_to(node, flow) != error) return {};
  std::string by;
  if (refusing->table != kMainTable)
    if (const auto rule = rule_met(facts, node, flow)) by = ", by rule " + in_words(*rule);
  return {fmt::format("{}'s route {} refuses it{}", node.name(), in_words(*refusing), by),
          {},
          &node,
          {}};
}

}  // namespace vethlab::diagnosis
