// subuid(5), as far as it is ours to read.
#include <vethlab/netns/id_map.h>

#include <gmock/gmock.h>

using namespace testing;
using namespace vethlab::netns;

namespace vethlab::netns {
static void PrintTo(const IdRange& range, std::ostream* out) {
  *out << range.first << " x " << range.count;
}
}  // namespace vethlab::netns

namespace {

TEST(SubordinateIds, AreAUsersByNameOrNumberInTheFilesOrder) {
  constexpr auto kText =
      "alice:100000:65536\nbob:165536:65536\n1000:300000:10\nalice:400000:1\n10000:500000:1\n";
  EXPECT_THAT(id_ranges(kText, "alice", 1000),
              ElementsAre(IdRange{100'000, 65'536}, IdRange{300'000, 10}, IdRange{400'000, 1}));
  EXPECT_THAT(id_ranges(kText, "carol", 1001), IsEmpty());
}

TEST(SubordinateIds, OfALineThatCannotBeReadAreNone) {
  for (const char* const text :
       {"", "alice", "alice:", "alice:1", "alice:1:", "alice::1", "alice:x:1", "alice:1:1x",
        "alice:-1:1", "alice:1:0", "alice:1:1:1", "alice:1:99999999999"})
    EXPECT_THAT(id_ranges(text, "alice", 1000), IsEmpty()) << text;
}

TEST(SubordinateIds, TheLastLineNeedsNoEnd) {
  EXPECT_THAT(id_ranges("x:1:1\nalice:2:3", "alice", 1000), ElementsAre(IdRange{2, 3}));
}

TEST(SubordinateIds, ThatAreFreeComeAfterAllOthers) {
  EXPECT_EQ(first_free_id(""), 100'000U);
  EXPECT_EQ(first_free_id("a:5:1\n"), 100'000U);
  EXPECT_EQ(first_free_id("a:165536:65536\nb:100000:65536\n"), 231'072U);
}

}  // namespace
