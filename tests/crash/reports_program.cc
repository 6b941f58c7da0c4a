// A user's tests whose closures end in every way, for junit_test.cc to run.
#include <vethlab/fixtures/pair.h>

#include <cstdio>
#include <cstdlib>

using namespace testing;
using namespace vethlab;

namespace {

struct Reports : PairTest {};

TEST_F(Reports, AFailure) {
  SCOPED_TRACE("outside");
  a.run([] {
    SCOPED_TRACE("inside");
    EXPECT_EQ(1, 2) << "<&>";
  });
}

TEST_F(Reports, ASkip) {
  a.run([] { GTEST_SKIP() << "for a reason"; });
}

TEST_F(Reports, AProperty) {
  a.run([] { RecordProperty("measured", 7); });
}

TEST_F(Reports, ACrash) {
  a.run([] { std::abort(); });
}

TEST_F(Reports, AnException) {
  b.run([] { throw std::out_of_range("boom"); });
}

struct Heard : EmptyTestEventListener {
  void OnTestPartResult(const TestPartResult& result) override {
    const std::string file = result.file_name();
    std::printf("heard %s:%d type %d: %s\n", file.substr(file.rfind('/') + 1).c_str(),
                result.line_number(), result.type(), result.message());
  }
};

TEST_F(Reports, ToListeners) {
  auto* const listener = new Heard;
  UnitTest::GetInstance()->listeners().Append(listener);
  a.run([] {
    SUCCEED() << "fine";
    EXPECT_TRUE(false) << "more";
    std::printf("goes on\n");
    FAIL() << "ends";
  });
  a.run([] { GTEST_SKIP() << "why"; });
  delete UnitTest::GetInstance()->listeners().Release(listener);
}

}  // namespace
