// A user's tests, for skip_test.cc to run on a machine that gives no namespaces, and for tools_test.cc
// on one without libpcap.
#include <vethlab/fixtures/pair.h>

using namespace testing;
using namespace vethlab;

namespace {

TEST(Refused, Body) {
  const Lab lab;
  FAIL() << "went on";
}

struct RefusedMember : PairTest {};
TEST_F(RefusedMember, Body) { FAIL() << "went on"; }

struct RefusedSetUp : Test {
  void SetUp() override { const Lab lab; }
};
TEST_F(RefusedSetUp, Body) { FAIL() << "went on"; }

TEST(RefusedFilter, Body) {
  PairNet net;
  net.wire.capture("icmp");
  FAIL() << "went on";
}

}  // namespace
