#include <vethlab/evidence/difference.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <utility>
#include <vector>

namespace vethlab::evidence {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(std::string_view text) {
  Lines lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// common[i][j]: how many lines a from i and b from j have in common, in order.
std::vector<std::vector<int>> common_lines(const Lines& a, const Lines& b) {
  std::vector<std::vector<int>> common(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  return common;
}

}  // namespace

std::string difference(std::string_view before_text, std::string_view after_text) {
  const Lines before = lines_of(before_text);
  const Lines after = lines_of(after_text);
  const auto common = common_lines(before, after);
  std::string text;
  std::string heading;
  const auto tell = [&](char sign, const std::string& line) {
    if (!heading.empty()) text += "\n" + std::exchange(heading, "");
    text += std::string("\n") + sign + " " + line;
  };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i] == after[j]) {
      if (before[i].starts_with("# ")) heading = before[i];
      ++i, ++j;
    } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
      tell('-', before[i++]);
    } else {
      tell('+', after[j++]);
    }
  }
  return text;
}

}  // namespace vethlab::evidence
