#include <vethlab/expect/snapshot_matcher.h>

#include <vethlab/evidence/difference.h>

#include <ostream>
#include <utility>

namespace vethlab {
namespace {

class IsUnchangedSinceMatcher {
 public:
  using is_gtest_matcher = void;
  explicit IsUnchangedSinceMatcher(Snapshot before) : before_(std::move(before)) {}
  bool MatchAndExplain(const Snapshot& now, testing::MatchResultListener* listener) const {
    const bool same = now == before_;
    if (same) *listener << "which is as it was";
    else *listener << "which differs:" << evidence::difference(before_.text, now.text);
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
