#include <vethlab/expect/probe_matchers.h>

#include <vethlab/base/errors.h>

#include <optional>
#include <ostream>

namespace vethlab {
namespace {

class RepliesMatcher {
 public:
  using is_gtest_matcher = void;
  bool MatchAndExplain(const ProbeReport& r, testing::MatchResultListener*) const {
    return !r.echoes.empty() && r.received == static_cast<int>(r.echoes.size()) && !r.answered_by;
  }
  void DescribeTo(std::ostream* os) const { *os << "is answered"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "isn't answered"; }
};

class FailsWithMatcher {
 public:
  using is_gtest_matcher = void;
  explicit FailsWithMatcher(int error) : error_(error) {}
  bool MatchAndExplain(const ProbeReport& r, testing::MatchResultListener*) const {
    if (r.echoes.empty()) return false;
    for (const Echo& echo : r.echoes)
      if (echo.error != error_) return false;
    return true;
  }
  void DescribeTo(std::ostream* os) const { *os << "fails at once with " << words(); }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "doesn't fail at once with " << words();
  }

 private:
  [[nodiscard]] std::string words() const {
    return errno_name(error_) + " (" + errno_text(error_) + ")";
  }
  int error_;
};

class GetsNoAnswerMatcher {
 public:
  using is_gtest_matcher = void;
  bool MatchAndExplain(const ProbeReport& r, testing::MatchResultListener*) const {
    return r.sent > 0 && r.received == 0 && !r.icmp && !r.error;
  }
  void DescribeTo(std::ostream* os) const { *os << "gets no answer at all"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "gets some answer"; }
};

class GetsIcmpMatcher {
 public:
  using is_gtest_matcher = void;
  GetsIcmpMatcher(IcmpError error, std::optional<testing::Matcher<const IpAddress&>> from)
      : error_(error), from_(std::move(from)) {}
  bool MatchAndExplain(const ProbeReport& r, testing::MatchResultListener*) const {
    if (r.received != 0) return false;
    for (const Echo& echo : r.echoes)
      if (echo.icmp && echo.icmp->error == error_ && (!from_ || from_->Matches(echo.icmp->from)))
        return true;
    return false;
  }
  void DescribeTo(std::ostream* os) const { describe(*os << "gets ICMP "); }
  void DescribeNegationTo(std::ostream* os) const { describe(*os << "doesn't get ICMP "); }

 private:
  void describe(std::ostream& os) const {
    os << error_;
    if (from_) from_->DescribeTo(&(os << " from one that "));
  }
  IcmpError error_;
  std::optional<testing::Matcher<const IpAddress&>> from_;
};

}  // namespace

testing::Matcher<const ProbeReport&> Replies() { return RepliesMatcher(); }
testing::Matcher<const ProbeReport&> FailsWith(int error) { return FailsWithMatcher(error); }
testing::Matcher<const ProbeReport&> GetsNoAnswer() { return GetsNoAnswerMatcher(); }
testing::Matcher<const ProbeReport&> GetsIcmp(IcmpError error) {
  return GetsIcmpMatcher(error, std::nullopt);
}
testing::Matcher<const ProbeReport&> internal::gets_icmp(IcmpError error,
                                                         testing::Matcher<const IpAddress&> from) {
  return GetsIcmpMatcher(error, std::move(from));
}

}  // namespace vethlab
