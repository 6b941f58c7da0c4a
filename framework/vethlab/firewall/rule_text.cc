#include <vethlab/firewall/rule_text.h>

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace vethlab::firewall {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(kSpace);
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    lines.push_back(line);
  }
  return lines;
}

// As iptables-restore separates them: by white space that is not in double quotes.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t begin = line.npos;
  bool quoted = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (!quoted && kSpace.find(line[i]) != kSpace.npos)) {
      if (begin != line.npos) words.push_back(line.substr(begin, i - begin));
      begin = line.npos;
      continue;
    }
    if (begin == line.npos) begin = i;
    if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
  }
  return words;
}

struct Command {
  std::string table = "filter";
  std::string rest = {};
};

// iptables-restore takes no -t: the table is its section's.
Command command_of(std::string_view line, std::string_view tool) {
  std::vector<std::string_view> words = words_of(line);
  if (words.front() == "iptables" || words.front() == "ip6tables") {
    if (words.front() != tool)
      throw std::invalid_argument(fmt::format("{} is the other family's", words.front()));
    words.erase(words.begin());
  }
  Command command;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "-t" || word == "--table") {
      if (++i == words.size()) throw std::invalid_argument(fmt::format("{} names no table", word));
      command.table = words[i];
    } else if (word.starts_with("--table=")) {
      command.table = word.substr(8);
    } else if (word.starts_with("-t")) {
      command.table = word.substr(2);
    } else {
      if (!command.rest.empty()) command.rest += ' ';
      command.rest += word;
    }
  }
  return command;
}

std::optional<int> first_line(std::string_view said, const std::regex& pattern) {
  std::match_results<std::string_view::const_iterator> found;
  if (!std::regex_search(said.begin(), said.end(), found, pattern)) return {};
  return std::stoi(found[1].str());
}

const std::regex& restore_pattern() {
  static const std::regex pattern(R"(\bline:? ([0-9]{1,6})\b)");
  return pattern;
}

}  // namespace

RestoreText restore_text(std::string_view rules, std::string_view tool, Commit commit) {
  const std::vector<std::string_view> lines = lines_of(rules);
  RestoreText result;
  const auto add = [&](std::string_view line, std::size_t number) {
    result.text.append(line) += '\n';
    result.lines.push_back(static_cast<int>(number));
  };
  result.replaces = std::ranges::any_of(lines, [](auto l) { return trimmed(l).starts_with('*'); });
  if (result.replaces) {
    for (std::size_t i = 0; i < lines.size(); ++i) add(trimmed(lines[i]), i + 1);
    return result;
  }
  std::string table;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = trimmed(lines[i]);
    if (line.empty() || line.starts_with('#')) continue;
    Command command;
    try {
      command = command_of(line, tool);
    } catch (const std::invalid_argument& why) {
      throw std::invalid_argument(fmt::format("line {}: {}", i + 1, why.what()));
    }
    if (command.table != table) {
      if (!table.empty()) add("COMMIT", 0);
      add("*" + command.table, i + 1);
      table = command.table;
    }
    add(command.rest, i + 1);
    if (commit == Commit::kEach) {
      add("COMMIT", i + 1);
      table.clear();
    }
  }
  if (!table.empty()) add("COMMIT", 0);
  return result;
}

std::optional<int> nft_line(std::string_view said) {
  static const std::regex pattern(R"((?:^|\n)/dev/stdin:([0-9]{1,6}):)");
  return first_line(said, pattern);
}

std::optional<int> users_line(std::string_view said, const RestoreText& given) {
  const std::optional<int> line = first_line(said, restore_pattern());
  if (!line || *line < 1 || static_cast<std::size_t>(*line) > given.lines.size()) return {};
  return given.lines[static_cast<std::size_t>(*line) - 1];
}

std::string with_users_lines(std::string_view said, const RestoreText& given) {
  std::string result;
  std::match_results<std::string_view::const_iterator> found;
  while (std::regex_search(said.begin(), said.end(), found, restore_pattern())) {
    const auto number = static_cast<std::size_t>(std::stoi(found[1].str()));
    const std::string words = found.str();
    result += found.prefix().str();
    if (number < 1 || number > given.lines.size()) result += words;
    else if (given.lines[number - 1] == 0) result += "COMMIT";
    else result += words.substr(0, words.rfind(' ') + 1) + std::to_string(given.lines[number - 1]);
    said.remove_prefix(static_cast<std::size_t>(found.position() + found.length()));
  }
  return result.append(said);
}

std::string line_of(std::string_view text, int number) {
  const std::vector<std::string_view> lines = lines_of(text);
  if (number < 1 || static_cast<std::size_t>(number) > lines.size()) return {};
  return std::string(trimmed(lines[static_cast<std::size_t>(number) - 1]));
}

}  // namespace vethlab::firewall
