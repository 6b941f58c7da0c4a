// What a daemon has written, as far as it is kept: in its watcher, and in the test that asks for it.
#include <vethlab/process/line_reader.h>
#include <vethlab/process/output_log.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace vethlab::process;
using namespace std::chrono_literals;

namespace {

void write(OutputLog& log, std::int64_t from, std::int64_t to) {
  for (std::int64_t i = from; i <= to; ++i) log.add({.text = std::to_string(i)});
}

std::vector<std::string> texts(const OutputLog& log) {
  std::vector<std::string> all;
  for (const OutputLine& line : log.lines()) all.push_back(line.text);
  return all;
}

TEST(OutputLog, KeepsAllOfTwoThousandLines) {
  OutputLog log;
  write(log, 1, 2000);
  EXPECT_EQ(log.count(), 2000);
  EXPECT_THAT(texts(log), SizeIs(2000));
}

TEST(OutputLog, SaysHowManyAreNotKept) {
  OutputLog log;
  write(log, 1, 2001);
  EXPECT_EQ(texts(log)[1000], "… 1 line is not kept …");
  write(log, 2002, 2010);
  const auto all = texts(log);
  ASSERT_THAT(all, SizeIs(2001));
  EXPECT_EQ(all[999], "1000");
  EXPECT_EQ(all[1000], "… 10 lines are not kept …");
  EXPECT_EQ(all[1001], "1011");
  EXPECT_EQ(all[2000], "2010");
}

TEST(OutputLog, IsTheSameWhereItIsCopiedInPieces) {
  for (const std::int64_t step : {1, 7, 500, 1500, 5000}) {
    OutputLog log;
    OutputLog copy;
    for (std::int64_t from = 1; from <= 9000; from += step) {
      write(log, from, std::min<std::int64_t>(from + step - 1, 9000));
      copy.add(log.since(copy.count()));
      ASSERT_EQ(copy.count(), log.count()) << step;
      ASSERT_EQ(copy.lines(), log.lines()) << step << " " << from;
    }
  }
}

TEST(OutputLog, IsTheSameWhereItHearsSomeLinesTwice) {
  for (const std::int64_t step : {1, 7, 500, 1500, 5000}) {
    OutputLog log;
    OutputLog copy;
    for (std::int64_t from = 1; from <= 9000; from += step) {
      write(log, from, std::min<std::int64_t>(from + step - 1, 9000));
      copy.add(log.since(std::max<std::int64_t>(copy.count() - 3, 0)));
      ASSERT_EQ(copy.lines(), log.lines()) << step << " " << from;
    }
  }
}

TEST(OutputLog, HasTheTextOfEachStream) {
  OutputLog log;
  log.add({.text = "out"});
  log.add({.err = true, .text = "err"});
  EXPECT_EQ(log.text(false), "out\n");
  EXPECT_EQ(log.text(true), "err\n");
}

void take(LineReader& reader, std::string_view text, OutputLog& log) {
  text.copy(reader.buffer().data(), reader.buffer().size());
  reader.take(text.size(), 5ms, log);
}

TEST(LineReader, PutsLinesTogetherFromPieces) {
  OutputLog log;
  LineReader reader(false);
  take(reader, "one\ntw", log);
  take(reader, "o\r\n\nthr", log);
  EXPECT_THAT(texts(log), ElementsAre("one", "two", ""));
  reader.finish(6ms, log);
  EXPECT_THAT(texts(log), ElementsAre("one", "two", "", "thr"));
  EXPECT_EQ(log.lines()[0].at, 5ms);
  EXPECT_EQ(log.lines()[3].at, 6ms);
}

TEST(LineReader, CutsOffALineOfMoreThan4096Bytes) {
  OutputLog log;
  LineReader reader(true);
  take(reader, std::string(4096, 'x') + "\n", log);
  take(reader, std::string(4000, 'y'), log);
  take(reader, std::string(97, 'y') + "\nz\n", log);
  EXPECT_THAT(texts(log), ElementsAre(std::string(4096, 'x'), std::string(4096, 'y') + " …", "z"));
}

}  // namespace
