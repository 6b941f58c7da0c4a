#include <vethlab/base/errors.h>
#include <vethlab/firewall/rule_text.h>
#include <vethlab/lab/firewall_tool.h>
#include <vethlab/lab/firewall_words.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>

#include <fmt/format.h>

#include <stdexcept>

// Rule sets in the tools' own languages: applied whole or not at all.
namespace vethlab {
namespace {

// $0: iptables or ip6tables; $1: --noflush, or --wait (which it does anyway); $2: try, or apply.
// iptables-restore(8) is atomic for each table alone. So the rules are tried first in a new network
// namespace that has been given the node's. That has not what nft made: a table in which iptables
// finds chains that it cannot use is refused before. Exit status 11: what was tried well failed.
constexpr int kNotAll = 11;
constexpr const char* kRestore = R"(
command -v "$0-restore" >/dev/null || exit 127
text=$(mktemp -p /run) && before=$(mktemp -p /run) || exit 1
trap 'rm -f "$text" "$before"' EXIT
cat >"$text"
"$0-save" -c >"$before" || exit 1
for table in $(sed -n 's/^\*//p' "$text"); do
  grep "^# Table .$table' .*incompatible" "$before" >&2 && exit 1
done
unshare --net sh -c '"$0-restore" -c <"$1" && exec "$0-restore" --wait $3 <"$2"' \
  "$0" "$before" "$text" "$1" || exit 1
[ "$2" = try ] || "$0-restore" --wait $1 <"$text" || exit 11
)";

// "nft in a: nothing was applied: line 3: tcp dport 70000 drop", and what the tool says.
[[noreturn]] void refuse(Caller caller, std::string_view tool, const Node& node,
                         std::string_view text, std::optional<int> line,
                         const ProgramResult& result, std::string said) {
  std::string why;
  if (result.late) why = fmt::format(": not ended after {} ms", result.duration.count());
  if (line && *line > 0) why = fmt::format(": line {}: {}", *line, firewall::line_of(text, *line));
  said = internal::without_last_newline(std::move(said));
  const char* const applied = result.exit_code == kNotAll ? "not all" : "nothing";
  throw std::runtime_error(fmt::format("{}{} in {}: {} was applied{}{}{}", prefix_of(caller), tool,
                                       node.name(), applied, why, said.empty() ? "" : "\n", said));
}

// nft's words where the kernel has no such expression, chain type or hook (ENOENT, EOPNOTSUPP). With
// others it refuses what the node has: a table that is another program's, a chain of another type.
bool kernel_lacks_that_rule(std::string_view said) {
  for (const std::string_view why : {"No such file or directory", "Operation not supported"})
    if (said.find(fmt::format("Could not process rule: {}", why)) != said.npos) return true;
  return false;
}

// A rule that vethlab wrote: what is missing then, and not in `match`, is the kernel's.
void add_rules(Node& node, std::string_view verb, const std::string& rules, bool ours,
               Caller caller) {
  const ProgramResult result =
      internal::run_tool(node.state(), {"nft", "-f", "-"}, rules, "nft", caller);
  if (result.exit_code == 0)
    return node.state().attempt(caller, [&] { node.state().lab.forget_unresolved(); });
  if (ours && kernel_lacks_that_rule(result.err))
    node.state().attempt(caller, [&] {
      throw Unsupported(fmt::format("this kernel lacks what {} needs: {}", verb,
                                    internal::without_last_newline(result.err)));
    });
  refuse(caller, verb, node, rules, firewall::nft_line(result.err), result, result.err);
}

}  // namespace

void Node::nft(TextView rule_set, Caller caller) {
  const internal::Doing doing(*state_, caller, "nft", rule_set);
  std::string text(static_cast<std::string_view>(rule_set));
  if (!text.ends_with('\n')) text += '\n';  // nft wants its last line to be one
  const ProgramResult result = internal::run_tool(*state_, {"nft", "-f", "-"}, text, "nft", caller);
  if (result.exit_code != 0)
    refuse(caller, "nft", *this, text, firewall::nft_line(result.err), result, result.err);
  state_->attempt(caller, [&] { state_->lab.forget_unresolved(); });
}

void Node::iptables(TextView rules, Family family, Caller caller) {
  const char* const tool_name = family == Family::kIpv4 ? "iptables" : "ip6tables";
  const internal::Doing doing(*state_, caller, tool_name, rules);
  const std::string tool = tool_name;
  const auto restore = [&](const firewall::RestoreText& given, const char* how) {
    return internal::run_tool(
        *state_, {"sh", "-c", kRestore, tool, given.replaces ? "--wait" : "--noflush", how},
        given.text, tool, caller);
  };
  firewall::RestoreText given;
  try {
    given = firewall::restore_text(rules, tool, firewall::Commit::kTable);
  } catch (const std::invalid_argument& why) {
    throw_bad_argument(caller, fmt::format("{}: {}", tool, why.what()));
  }
  ProgramResult result = restore(given, "apply");
  // What the kernel refuses, the tool knows of a whole table: one command at a time says which.
  if (result.exit_code == 1 && firewall::users_line(result.err, given) == 0) {
    const auto each = firewall::restore_text(rules, tool, firewall::Commit::kEach);
    const ProgramResult one_by_one = restore(each, "try");
    if (one_by_one.exit_code == 1) {
      result = one_by_one;
      given = each;
    }
  }
  if (result.exit_code != 0)
    refuse(caller, tool, *this, rules, firewall::users_line(result.err, given), result,
           firewall::with_users_lines(result.err, given));
  state_->attempt(caller, [&] { state_->lab.forget_unresolved(); });
}

void Node::masquerade(TextView dev, Caller caller) {
  const internal::Doing doing(*state_, caller, "masquerade", dev);
  add_rules(*this, "masquerade", internal::masquerade_rules(dev, caller), true, caller);
}

void Node::publish(int port, TextView to, Caller caller) {
  const internal::Doing doing(*state_, caller, "publish", port, "to", to);
  add_rules(*this, "publish", internal::publish_rules(port, to, caller), true, caller);
}

void Node::drop(TextView match, DropOptions options, Caller caller) {
  const internal::Doing doing(*state_, caller, "drop", match);
  add_rules(*this, "drop", internal::drop_rules(match, options, caller), false, caller);
}

void Node::reject(TextView match, RejectOptions options, Caller caller) {
  const internal::Doing doing(*state_, caller, "reject", match);
  add_rules(*this, "reject", internal::reject_rules(match, options, caller), false, caller);
}

}  // namespace vethlab
