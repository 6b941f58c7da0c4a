// What a wait in vain shows: which answers came when.
#include <vethlab/expect/history.h>

#include <gmock/gmock.h>

#include <string>

using namespace testing;
using namespace vethlab::internal;
using namespace std::chrono_literals;

namespace {

TEST(History, FoldsEqualAnswersThatFollowEachOther) {
  History history;
  history.add(0ms, "1");
  history.add(10ms, "2");
  history.add(20ms, "2");
  history.add(1999ms, "2");
  history.add(5000ms, "1");
  EXPECT_EQ(history.text(), "\n    0 ms: 1\n    10 ms to 2.0 s: 2\n    5.0 s: 1");
  EXPECT_EQ(history.asked(), 5);
}

TEST(History, SetsATableApart) {
  History history;
  history.add(0ms, "(none)");
  history.add(3ms, "\ndefault via 10.0.0.2 dev eth0\n10.0.0.0/24 dev eth0");
  history.add(4ms, "one\ntwo\n");
  EXPECT_EQ(history.text(),
            "\n    0 ms: (none)"
            "\n    3 ms:\n      default via 10.0.0.2 dev eth0\n      10.0.0.0/24 dev eth0"
            "\n    4 ms:\n      one\n      two");
}

TEST(History, ExplainsTheLastAnswer) {
  History history;
  history.add(0ms, "eth0", "which has mtu 1400");
  history.add(1ms, "eth1", "which has mtu 1500");
  EXPECT_EQ(history.text(), "\n    0 ms: eth0\n    1 ms: eth1, which has mtu 1500");
  history.add(2ms, "\na\nb", "whose 1st\nis b");
  EXPECT_THAT(history.text(),
              EndsWith("\n    2 ms:\n      a\n      b\n      whose 1st\n      is b"));
}

TEST(History, ShowsTheLastTableWithItsMarks) {
  History history;
  history.add(0ms, "\na\nb", "which is not told",
              "\n    a\n  > b    nearest: has c\n  whose size is 2");
  EXPECT_EQ(history.text(),
            "\n    0 ms:\n      a\n    > b    nearest: has c\n      whose size is 2");
  history.add(1ms, "(none)", "", "(none), which is empty");
  EXPECT_EQ(history.text(), "\n    0 ms:\n      a\n      b\n    1 ms: (none), which is empty");
}

TEST(History, KeepsTheFirstAndTheLastFew) {
  History history;
  for (int i = 0; i < 50; ++i) history.add(i * 1ms, std::to_string(i));
  EXPECT_EQ(history.text(),
            "\n    0 ms: 0\n    1 ms: 1\n    2 ms: 2\n    3 ms: 3"
            "\n    … 42 more …"
            "\n    46 ms: 46\n    47 ms: 47\n    48 ms: 48\n    49 ms: 49");
  EXPECT_EQ(history.asked(), 50);
}

TEST(History, LeavesNothingOutOfEight) {
  History history;
  for (int i = 0; i < 8; ++i) history.add(i * 1ms, std::to_string(i));
  EXPECT_THAT(history.text(), AllOf(HasSubstr("3 ms: 3\n    4 ms: 4"), Not(HasSubstr("more"))));
}

TEST(History, ShortensLongTablesAndLongLines) {
  History table;
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += "\nroute " + std::to_string(i);
  table.add(0ms, lines);
  EXPECT_THAT(table.text(), EndsWith("\n      route 29\n      … 10 more lines …"));
  History line;
  line.add(0ms, std::string(510, 'x'));
  EXPECT_EQ(line.text(), "\n    0 ms: " + std::string(500, 'x') + " … 10 more bytes");
}

TEST(History, TellsTimesInMillisecondsThenInSeconds) {
  EXPECT_EQ(moment_text(0ms), "0 ms");
  EXPECT_EQ(moment_text(999ms), "999 ms");
  EXPECT_EQ(moment_text(1000ms), "1.0 s");
  EXPECT_EQ(moment_text(61'250ms), "61.2 s");
}

}  // namespace
