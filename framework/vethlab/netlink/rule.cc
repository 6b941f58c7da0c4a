#include <vethlab/netlink/rule.h>

#include <vethlab/netlink/print_list.h>
#include <vethlab/netlink/words.h>

#include <ostream>

#include <fmt/format.h>

namespace vethlab {
namespace {

std::string words(const std::optional<Prefix>& prefix) {
  if (!prefix) return "all";
  return *prefix == Prefix::host(prefix->address()) ? prefix->address().text() : prefix->text();
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const Rule& r) {
  if (r.priority) os << *r.priority << ":\t";
  os << "from " << words(r.from);
  if (r.to) os << " to " << words(r.to);
  if (r.fwmark) os << fmt::format(" fwmark {:#x}", *r.fwmark);
  if (r.fwmark && r.fwmask) os << fmt::format("/{:#x}", *r.fwmask);
  if (!r.iif.empty()) os << " iif " << r.iif;
  if (!r.oif.empty()) os << " oif " << r.oif;
  os << ' ' << r.action;
  if (r.action == "lookup") os << ' ' << netlink::table_name(r.table);
  return os;
}

void PrintTo(const Rule& rule, std::ostream* os) { *os << rule; }
void PrintTo(const std::vector<Rule>& rules, std::ostream* os) { netlink::print_list(rules, os); }

}  // namespace vethlab
