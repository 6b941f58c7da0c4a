#include <vethlab/netlink/rule_requests.h>

#include <vethlab/base/errors.h>
#include <vethlab/netlink/convert.h>
#include <vethlab/netlink/words.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <limits>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace vethlab::netlink {
namespace {

using RuleHandle = Handle<rtnl_rule_put>;

std::optional<Prefix> selector(nl_addr* address) {
  const auto prefix = prefix_of(address);
  return prefix && prefix->length() > 0 ? prefix : std::nullopt;
}

Rule to_rule(rtnl_rule* from) {
  Rule r;
  r.priority = rtnl_rule_get_prio(from);
  r.family = rtnl_rule_get_family(from) == AF_INET6 ? Family::kIpv6 : Family::kIpv4;
  r.from = selector(rtnl_rule_get_src(from));
  r.to = selector(rtnl_rule_get_dst(from));
  const std::uint32_t mark = rtnl_rule_get_mark(from);
  const std::uint32_t mask = rtnl_rule_get_mask(from);
  if (mark != 0 || mask != 0) r.fwmark = mark;
  if (mask != 0 && mask != std::numeric_limits<std::uint32_t>::max()) r.fwmask = mask;
  if (const char* iif = rtnl_rule_get_iif(from)) r.iif = iif;
  if (const char* oif = rtnl_rule_get_oif(from)) r.oif = oif;
  r.action = rule_action_name(rtnl_rule_get_action(from));
  r.table = r.action == "lookup" ? static_cast<int>(rtnl_rule_get_table(from)) : 0;
  return r;
}

RuleHandle describe(const Rule& rule) {
  RuleHandle r(rtnl_rule_alloc());
  rtnl_rule_set_family(r.get(), address_family(rule.family));
  if (rule.priority) rtnl_rule_set_prio(r.get(), *rule.priority);
  if (rule.from) rtnl_rule_set_src(r.get(), to_nl(*rule.from).get());
  if (rule.to) rtnl_rule_set_dst(r.get(), to_nl(*rule.to).get());
  if (rule.fwmark) rtnl_rule_set_mark(r.get(), *rule.fwmark);
  if (rule.fwmask) rtnl_rule_set_mask(r.get(), *rule.fwmask);
  if (!rule.iif.empty()) rtnl_rule_set_iif(r.get(), rule.iif.c_str());
  if (!rule.oif.empty()) rtnl_rule_set_oif(r.get(), rule.oif.c_str());
  rtnl_rule_set_action(r.get(), static_cast<std::uint8_t>(*rule_action_number(rule.action)));
  if (rule.table != 0) rtnl_rule_set_table(r.get(), static_cast<std::uint32_t>(rule.table));
  return r;
}

std::string words(const char* verb, const Rule& rule) {
  std::ostringstream text;
  text << rule;
  std::string line = text.str();
  for (char& c : line)
    if (c == '\t') c = ' ';
  return fmt::format("{} rule {}", verb, line);
}

}  // namespace

std::optional<Rule> rule_from(nl_msg* message) {
  std::optional<Rule> rule;
  visit_object(message,
               [&](nl_object* object) { rule = to_rule(reinterpret_cast<rtnl_rule*>(object)); });
  return rule;
}

std::vector<Rule> rules(Socket& socket, Family family) {
  std::vector<Rule> result;
  socket.list(
      "list rules", RTM_GETRULE, address_family(family),
      [&](nl_msg* message) {
        if (auto rule = rule_from(message)) result.push_back(std::move(*rule));
      },
      [&] { result.clear(); });
  return result;
}

void add_rule(Socket& socket, const Rule& rule) {
  const std::string attempt = words("add", rule);
  nl_msg* message = nullptr;
  const int error =
      rtnl_rule_build_add_request(describe(rule).get(), NLM_F_CREATE | NLM_F_EXCL, &message);
  if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
  socket.request(attempt, Message(message).get());
}

void delete_rule(Socket& socket, const Rule& rule) {
  const std::string attempt = words("delete", rule);
  nl_msg* message = nullptr;
  const int error = rtnl_rule_build_delete_request(describe(rule).get(), 0, &message);
  if (error < 0) throw Refusal{EINVAL, attempt, nl_geterror(error)};
  socket.request(attempt, Message(message).get());
}

}  // namespace vethlab::netlink
