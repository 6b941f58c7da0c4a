#include <vethlab/expect/value_matchers.h>

namespace vethlab {
namespace {

// What `ip link` says of it, short.
void explain(const Link& link, testing::MatchResultListener& listener) {
  listener << "which is " << (link.up ? "up" : "down");
  if (link.up) listener << (link.lower_up ? ", with carrier" : ", without carrier");
  listener << ", state " << link.state;
}

class IsUpMatcher {
 public:
  using is_gtest_matcher = void;
  bool MatchAndExplain(const Link& link, testing::MatchResultListener* listener) const {
    explain(link, *listener);
    return link.up && link.lower_up &&
           (link.state == OperState::kUp || link.state == OperState::kUnknown);
  }
  void DescribeTo(std::ostream* os) const { *os << "is up"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not up"; }
};

class IsDownMatcher {
 public:
  using is_gtest_matcher = void;
  bool MatchAndExplain(const Link& link, testing::MatchResultListener* listener) const {
    explain(link, *listener);
    return !link.up;
  }
  void DescribeTo(std::ostream* os) const { *os << "is down"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not down"; }
};

class HasCarrierMatcher {
 public:
  using is_gtest_matcher = void;
  bool MatchAndExplain(const Link& link, testing::MatchResultListener* listener) const {
    explain(link, *listener);
    return link.lower_up;
  }
  void DescribeTo(std::ostream* os) const { *os << "has carrier"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "has no carrier"; }
};

}  // namespace

testing::Matcher<const Link&> IsUp() { return IsUpMatcher(); }
testing::Matcher<const Link&> IsDown() { return IsDownMatcher(); }
testing::Matcher<const Link&> HasCarrier() { return HasCarrierMatcher(); }
testing::Matcher<const InterfaceAddress&> IsTentative() {
  return internal::FlagMatcher<internal::GetTentative>("tentative");
}
testing::Matcher<const InterfaceAddress&> IsDadFailed() {
  return internal::FlagMatcher<internal::GetDadFailed>("dadfailed");
}
testing::Matcher<const FdbEntry&> IsSelf() {
  return internal::FlagMatcher<internal::GetSelf>("self");
}

testing::Matcher<const Neighbour&> IsRouter() {
  return internal::FlagMatcher<internal::GetRouter>("a router");
}

}  // namespace vethlab
