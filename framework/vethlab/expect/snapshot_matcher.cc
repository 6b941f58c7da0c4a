#include <vethlab/expect/snapshot_matcher.h>

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace vethlab {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const Snapshot& snapshot) {
  Lines lines;
  std::istringstream in(snapshot.text);
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

// Lines of one side alone, each section's under its heading.
std::string difference(const Lines& before, const Lines& after) {
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

class IsUnchangedSinceMatcher {
 public:
  using is_gtest_matcher = void;
  explicit IsUnchangedSinceMatcher(Snapshot before) : before_(std::move(before)) {}
  bool MatchAndExplain(const Snapshot& now, testing::MatchResultListener* listener) const {
    const bool same = now == before_;
    if (same) *listener << "which is as it was";
    else *listener << "which differs:" << difference(lines_of(before_), lines_of(now));
    return same;
  }
  void DescribeTo(std::ostream* os) const { *os << "is unchanged since the snapshot"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "has changed since the snapshot"; }

 private:
  Snapshot before_;
};

}  // namespace

testing::Matcher<const Snapshot&> IsUnchangedSince(Snapshot before) {
  return IsUnchangedSinceMatcher(std::move(before));
}

bool MatchPrintAndExplain(const Snapshot& snapshot,
                          const testing::Matcher<const Snapshot&>& matcher,
                          testing::MatchResultListener* listener) {
  testing::StringMatchResultListener words;
  const bool matches = matcher.MatchAndExplain(snapshot, &words);
  *listener << (words.str().empty() ? snapshot.text : words.str());
  return matches;
}

}  // namespace vethlab
