#include <vethlab/expect/program_matchers.h>

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

}  // namespace

testing::Matcher<const ProgramResult&> Succeeds() { return SucceedsMatcher(); }

}  // namespace vethlab
