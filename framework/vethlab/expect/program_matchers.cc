#include <vethlab/expect/program_matchers.h>

#include <cstring>
#include <ostream>

namespace vethlab {
namespace {

class SucceedsMatcher {
 public:
  using is_gtest_matcher = void;
  bool MatchAndExplain(const ProgramResult& result, testing::MatchResultListener*) const {
    return result.exit_code == 0;
  }
  void DescribeTo(std::ostream* os) const { *os << "succeeds (exit status 0)"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "fails"; }
};

class IsLateMatcher {
 public:
  using is_gtest_matcher = void;
  bool MatchAndExplain(const ProgramResult& result, testing::MatchResultListener*) const {
    return result.late;
  }
  void DescribeTo(std::ostream* os) const { *os << "is late"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not late"; }
};

}  // namespace

void internal::GetSignal::say(std::ostream& os, int signal) {
  if (const char* const name = sigabbrev_np(signal)) os << "SIG" << name;
  else os << signal;
}

testing::Matcher<const ProgramResult&> Succeeds() { return SucceedsMatcher(); }
testing::Matcher<const ProgramResult&> IsLate() { return IsLateMatcher(); }

}  // namespace vethlab
