#include <vethlab/base/errors.h>
#include <vethlab/json/json.h>
#include <vethlab/lab/node.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vethlab {
namespace {

// As one would type it, nearly: vtysh -c "show ip bgp json".
std::string command_line(const Argv& argv) {
  std::string line;
  for (const std::string& each : argv) {
    const bool plain = !each.empty() && each.find_first_of(" \t\n\"") == each.npos;
    line += (line.empty() ? "" : " ") + (plain ? each : "\"" + each + "\"");
  }
  return line;
}

// Who fails says why at the end.
std::string last_lines(std::string_view name, std::string_view text) {
  constexpr std::size_t kMostLines = 10;
  constexpr std::size_t kMostBytes = 300;  // of a line
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
  }
  if (lines.empty()) return {};
  const std::size_t from = lines.size() > kMostLines ? lines.size() - kMostLines : 0;
  std::string result = fmt::format("\n{}:{}", name, from > 0 ? "\n  …" : "");
  for (std::size_t i = from; i < lines.size(); ++i)
    result += fmt::format("\n  {}", lines[i].substr(0, kMostBytes));
  return result;
}

std::string end_of(const ProgramResult& result, std::chrono::milliseconds timeout) {
  if (result.late) return fmt::format("not ended after {} ms, and killed", timeout.count());
  if (result.exit_code) return fmt::format("exit status {}", *result.exit_code);
  return fmt::format("killed by SIG{}", sigabbrev_np(result.signal.value_or(0)));
}

}  // namespace

Json Node::json(const Argv& argv, ExecOptions options, Caller caller) const {
  const auto timeout = options.timeout;
  const ProgramResult result = exec(argv, std::move(options), caller);
  std::string how;
  if (result.exit_code != 0)
    how = end_of(result, timeout) + last_lines("stdout", result.out) +
          last_lines("stderr", result.err);
  else try {
      return Json::parse(result.out, Caller{});
    } catch (const std::invalid_argument& error) {
      how = fmt::format("stdout is {}{}", error.what(), last_lines("stderr", result.err));
    }
  throw NoJson(fmt::format("{}{} in {}: {}", prefix_of(caller), command_line(argv), name(), how));
}

}  // namespace vethlab
