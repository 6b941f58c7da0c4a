#include <vethlab/base/errors.h>
#include <vethlab/lab/check_program.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/run_order.h>
#include <vethlab/lab/steps.h>
#include <vethlab/process/surroundings.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab {
namespace {

using namespace std::chrono_literals;

void check(const Argv& argv, const ExecOptions& options, Caller caller) {
  internal::check_program("exec", argv, options.env, caller);
  if (options.timeout <= 0ms)
    throw_bad_argument(
        caller, fmt::format("exec: timeout {} ms is not 1 or more", options.timeout.count()));
}

// What bash is told before the script, on its first line: where it failed goes to stderr, between
// two marks. What fails then (in an EXIT trap) is not the reason any more.
constexpr std::string_view kMark = "\x01vethlab:";
constexpr char kMarkEnd = '\x02';
constexpr std::string_view kTrap =
    R"(trap 'printf "\001vethlab:%s:%s\002" "$LINENO" "$BASH_COMMAND" >&2; )"
    R"([[ $- != *e* || $BASHPID != $$ ]] || trap - ERR' ERR; )";

// Takes the marks out of stderr. " at line 3: ip link set nosuch up", of the last; empty: none.
std::string take_marks(std::string& err) {
  std::string where;
  for (auto mark = err.find(kMark); mark != err.npos; mark = err.find(kMark, mark)) {
    const auto begin = mark + kMark.size();
    const auto end = std::min(err.find(kMarkEnd, begin), err.size());
    const std::string said = err.substr(begin, end - begin);
    err.erase(mark, end + 1 - mark);
    const auto colon = said.find(':');
    where = fmt::format(" at line {}: {}", said.substr(0, colon), said.substr(colon + 1));
  }
  return where;
}

// "exit status 2 at line 3: ip link set nosuch up", and its stderr.
std::string shell_failure(ProgramResult result) {
  const std::string where = take_marks(result.err);
  const std::string running = result.running.empty() ? "" : " while it ran ";
  std::string text;
  if (result.late)
    text = fmt::format("not ended after {} ms, and killed{}{}", result.duration.count(), running,
                       fmt::join(result.running, ", "));
  else if (result.exit_code) text = fmt::format("exit status {}{}", *result.exit_code, where);
  else text = fmt::format("killed by SIG{}", sigabbrev_np(result.signal.value_or(0)));
  while (!result.err.empty() && result.err.back() == '\n') result.err.pop_back();
  return result.err.empty() ? text : text + "\n" + result.err;
}

// In short, for the steps of the test.
std::string how_it_ended(const ProgramResult& result) {
  if (result.late) return "late, and killed";
  if (result.signal) return fmt::format("killed by SIG{}", sigabbrev_np(*result.signal));
  std::string text = fmt::format("exit status {}", result.exit_code.value_or(-1));
  if (result.exit_code != 0 && !result.err.empty())
    text += ": " + result.err.substr(0, result.err.find('\n'));
  return text;
}

}  // namespace

ProgramResult Node::exec(const Argv& argv, ExecOptions options, Caller caller) const {
  internal::Doing doing(*state_, caller, "exec", argv);
  check(argv, options, caller);
  internal::Outcome outcome = state_->attempt(caller, [&] {
    return internal::run_order(*state_, {argv, std::move(options), process::surroundings_here()});
  });
  if (outcome.error != 0)
    throw_errno(caller, outcome.error, fmt::format("{} in {}", outcome.attempt, name()),
                outcome.detail);
  doing.result(how_it_ended(outcome.result));
  return std::move(outcome.result);
}

void Node::shell(TextView script, ExecOptions options, Caller caller) const {
  const internal::Doing doing(*state_, caller, "shell", script);
  const std::string text = std::string(kTrap).append(std::string_view(script));
  ProgramResult result = exec({"bash", "-Eeu", "-c", text, "script"}, std::move(options), caller);
  if (result.exit_code != 0)
    throw std::runtime_error(
        fmt::format("{}shell in {}: {}", prefix_of(caller), name(), shell_failure(result)));
}

std::string Node::netns_path() const { return "/run/netns/" + name(); }

}  // namespace vethlab
