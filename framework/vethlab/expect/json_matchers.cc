#include <vethlab/expect/json_matchers.h>

#include <vethlab/json/difference.h>

#include <cstddef>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>

namespace vethlab {
namespace {

using json::Likeness;

constexpr std::size_t kMostLines = 20;

class LikeJson {
 public:
  using is_gtest_matcher = void;
  LikeJson(Json expected, Likeness likeness)
      : expected_(std::move(expected)), likeness_(likeness) {}

  bool MatchAndExplain(const Json& actual, testing::MatchResultListener* listener) const {
    const auto lines = json::difference(expected_, actual, likeness_);
    for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i)
      *listener << (i > 0 ? "\n" : "") << lines[i];
    if (lines.size() > kMostLines) *listener << "\n… and " << lines.size() - kMostLines << " more";
    return lines.empty();
  }
  void DescribeTo(std::ostream* os) const { tell(*os << (is_subset() ? "has" : "is")); }
  void DescribeNegationTo(std::ostream* os) const {
    tell(*os << (is_subset() ? "doesn't have" : "is not"));
  }

 private:
  [[nodiscard]] bool is_subset() const { return likeness_ == Likeness::kSubset; }
  void tell(std::ostream& os) const {
    const std::string text = testing::PrintToString(expected_);
    os << " JSON" << (text.find('\n') == text.npos ? ' ' : '\n') << text;
  }

  Json expected_;
  Likeness likeness_;
};

}  // namespace

testing::Matcher<const Json&> HasJson(Json expected) {
  return LikeJson(std::move(expected), Likeness::kSubset);
}

testing::Matcher<const Json&> IsJson(Json expected) {
  return LikeJson(std::move(expected), Likeness::kEqual);
}

bool MatchPrintAndExplain(const Json& json, const testing::Matcher<const Json&>& matcher,
                          testing::MatchResultListener* listener) {
  testing::StringMatchResultListener words;
  const bool matches = matcher.MatchAndExplain(json, &words);
  if (!listener->IsInterested()) return matches;
  const auto indented = [&](const std::string& text) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) *listener << "\n    " << line;
  };
  const std::string whole = testing::PrintToString(json);
  if (words.str().empty()) {
    *listener << whole;
    return matches;
  }
  indented(words.str());
  *listener << "\n  of:";
  indented(whole);
  return matches;
}

}  // namespace vethlab
