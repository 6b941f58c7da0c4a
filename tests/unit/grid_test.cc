// A matrix as a person reads it.
#include <vethlab/expect/grid.h>

#include <gmock/gmock.h>

#include <string>
#include <vector>

using namespace testing;
using namespace vethlab::internal;

namespace {

TEST(Grid, HasANameARowAndAColumn) {
  const Grid grid{{"client", "r1", "server"},
                  {"", "..", ".X",  //
                   "..", "", "..",  //
                   "--", "..", ""}};
  EXPECT_EQ(grid.text(),
            "\n            client  r1  server"
            "\n    client          ..  .X"
            "\n    r1      ..          .."
            "\n    server  --      ..");
}

TEST(Grid, IsAlignedWhereNamesAreShorterThanMarks) {
  const Grid grid{{"a", "b"}, {"", "XX", "..", ""}};
  EXPECT_EQ(grid.text(), "\n       a   b\n    a      XX\n    b  ..");
}

TEST(Grid, CountsCharactersAndNotBytes) {
  const Grid grid{{"köln", "b"}, {"", ".", ".", ""}};
  EXPECT_EQ(grid.text(), "\n          köln  b\n    köln        .\n    b     .");
}

TEST(Grid, HasNumbersWhereNamesMakeItTooWide) {
  std::vector<std::string> names;
  for (int i = 1; i <= 12; ++i) names.push_back("datacenter" + std::to_string(i));
  names[1] = "a-name-of-more-than-24-characters";
  std::vector<std::string> marks(names.size() * names.size(), "..");
  for (std::size_t i = 0; i < names.size(); ++i) marks[i * names.size() + i] = "";
  marks[names.size()] = "XX";
  EXPECT_THAT((Grid{names, marks}.text()),
              StartsWith("\n                                1  2  3  4  5  6  7  8  9  10 11 12"
                         "\n     1 datacenter1                 .. .. .. .. .. .. .. .. .. .. .."
                         "\n     2 a-name-of-more-than-24-… XX    .. .. .. .. .. .. .. .. .. .."
                         "\n     3 datacenter3              .. ..    .. .. .. .. .. .. .. .. .."));
}

}  // namespace
