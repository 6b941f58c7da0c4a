// What a stream's echoes come to, without a network.
#include <vethlab/icmp/stream_log.h>

#include <gmock/gmock.h>

#include <cerrno>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;
using icmp::StreamLog;

namespace {

constexpr int kPerSecond = 1000;

// Echoes on time, one a millisecond: '.' answered, 'x' lost, '!' not sent.
StreamLog log_of(const std::string& fates) {
  StreamLog log(kPerSecond);
  for (const char fate : fates) log.sent(log.due(log.size()), fate == '!' ? ENETUNREACH : 0);
  for (std::size_t i = 0; i < fates.size(); ++i)
    if (fates[i] == '.') log.answered(i, 64);
  return log;
}

StreamReport report_of(const std::string& fates) {
  return log_of(fates).report(std::chrono::milliseconds(fates.size()));
}

TEST(StreamLog, CountsWhatWasSentAnsweredAndLost) {
  const StreamReport report = report_of("..xx.!!.x");
  EXPECT_EQ(report.per_second, kPerSecond);
  EXPECT_EQ(report.duration, 9ms);
  EXPECT_EQ(report.sent, 7);
  EXPECT_EQ(report.received, 4);
  EXPECT_EQ(report.lost, 3);
  EXPECT_THAT(report.errors, ElementsAre(ErrnoCount{ENETUNREACH, 2}));
  EXPECT_EQ(report.timeline, "··✗✗·✗✗·✗");
}

TEST(StreamLog, OfNothingHasAnEmptyReport) {
  const StreamReport report = StreamLog(kPerSecond).report(0ns);
  EXPECT_EQ(report.sent, 0);
  EXPECT_EQ(report.gap_began, std::nullopt);
  EXPECT_EQ(report.timeline, "");
}

TEST(StreamLog, HasNoGapWhereAllAreAnswered) {
  const StreamReport report = report_of("......");
  EXPECT_EQ(report.longest_gap, 0us);
  EXPECT_EQ(report.gap_began, std::nullopt);
}

TEST(StreamLog, HasAGapFromTheFirstUnansweredToTheNextAnswered) {
  EXPECT_EQ(report_of("..x...").longest_gap, 1ms);
  const StreamReport report = report_of("..x..xxx..xx.");
  EXPECT_EQ(report.longest_gap, 3ms);
  EXPECT_EQ(report.gap_began, 5ms);
}

TEST(StreamLog, HasTheFirstOfTwoGapsOfOneLength) {
  EXPECT_EQ(report_of(".xx..xx.").gap_began, 1ms);
}

TEST(StreamLog, HasAGapWhereEchoesAreNotEvenSent) {
  const StreamReport report = report_of(".x!!x.");
  EXPECT_EQ(report.longest_gap, 4ms);
  EXPECT_EQ(report.gap_began, 1ms);
}

TEST(StreamLog, HasAGapFromTheStartAndToTheEnd) {
  EXPECT_EQ(report_of("xx.").gap_began, 0us);
  EXPECT_EQ(report_of("xx.").longest_gap, 2ms);
  EXPECT_EQ(report_of(".xx").longest_gap, 2ms) << "to the end of the sending, 3 ms";
  EXPECT_EQ(report_of("xxx").longest_gap, 3ms);
}

TEST(StreamLog, TakesTheTimeAtWhichAnEchoWasSentNotWhenItWasDue) {
  StreamLog log(kPerSecond);
  log.sent(0ms, 0);
  log.sent(5ms, 0);  // lost
  log.sent(6ms, 0);
  log.sent(6ms, 0);
  for (const std::uint64_t number : {0U, 2U, 3U}) log.answered(number, 64);
  const StreamReport report = log.report(7ms);
  EXPECT_EQ(report.gap_began, 5ms);
  EXPECT_EQ(report.longest_gap, 1ms);
  EXPECT_EQ(report.late, 3);
  EXPECT_EQ(report.most_late, 4ms);
}

TEST(StreamLog, DoesNotCallAnEchoLateWithinItsInterval) {
  StreamLog log(kPerSecond);
  log.sent(1ms, 0);
  EXPECT_EQ(log.report(1ms).late, 0);
  EXPECT_EQ(log.report(1ms).most_late, 1ms);
}

TEST(StreamLog, SaysWhichRateWasKept) {
  EXPECT_EQ(report_of("....").kept, 1000);
  StreamLog log(kPerSecond);
  for (int i = 0; i < 10; ++i) log.sent(i * 2ms, 0);
  EXPECT_EQ(log.report(20ms).kept, 500);
}

TEST(StreamLog, EndsWithTheLastEchoWhereThatIsLater) {
  StreamLog log(kPerSecond);
  log.sent(3ms, 0);
  EXPECT_EQ(log.report(2ms).duration, 3ms);
}

TEST(StreamLog, CountsFurtherAnswersAsDuplicated) {
  StreamLog log = log_of("...");
  log.answered(1, 64);
  log.answered(1, 64);
  EXPECT_EQ(log.report(3ms).duplicated, 2);
  EXPECT_EQ(log.report(3ms).received, 3);
  EXPECT_EQ(log.report(3ms).reordered, 0) << "a further answer";
}

TEST(StreamLog, CountsAnswersAfterALaterEchosAsReordered) {
  StreamLog log = log_of("xxxxx");
  for (const std::uint64_t number : {0U, 3U, 1U, 2U, 4U}) log.answered(number, 64);
  EXPECT_EQ(log.report(5ms).reordered, 2);
  EXPECT_EQ(log.report(5ms).lost, 0);
}

TEST(StreamLog, TellsWhenTheTtlChangedInTheOrderOfTheEchoes) {
  StreamLog log = log_of("xxxxx");
  log.answered(3, 61);
  log.answered(0, 63);
  log.answered(1, 63);
  log.answered(4, 63);
  const StreamReport report = log.report(5ms);
  EXPECT_EQ(report.ttl, 63);
  EXPECT_THAT(report.ttl_changes, ElementsAre(TtlChange{3ms, 63, 61}, TtlChange{4ms, 61, 63}));
}

TEST(StreamLog, CountsIcmpErrorsByKindAndSender) {
  const IcmpAnswer loop{.error = IcmpError::kTtlExceeded, .type = 11, .from = "10.0.0.1"};
  const IcmpAnswer other{.error = IcmpError::kTtlExceeded, .type = 11, .from = "10.0.0.2"};
  StreamLog log = log_of("xxx");
  log.refused(0, loop);
  log.refused(1, other);
  log.refused(2, loop);
  const StreamReport report = log.report(3ms);
  EXPECT_THAT(report.icmp, ElementsAre(IcmpCount{IcmpError::kTtlExceeded, "10.0.0.1", 2},
                                       IcmpCount{IcmpError::kTtlExceeded, "10.0.0.2", 1}));
  EXPECT_EQ(report.lost, 3);
}

TEST(StreamLog, TakesAnEchoAsAnsweredThatWasRefusedAsWell) {
  const IcmpAnswer no{.error = IcmpError::kHostUnreachable, .type = 3, .code = 1};
  StreamLog log = log_of("xx");
  log.refused(0, no);
  log.answered(0, 64);
  log.answered(1, 64);
  log.refused(1, no);
  EXPECT_EQ(log.report(2ms).lost, 0);
  EXPECT_EQ(log.report(2ms).longest_gap, 0us);
  EXPECT_EQ(log.report(2ms).icmp.front().count, 2);
}

TEST(StreamLog, IgnoresAnswersToWhatWasNeverSent) {
  StreamLog log = log_of(".!");
  log.answered(1, 64);
  log.answered(2, 64);
  log.answered(~0ULL, 64);
  log.refused(1, {});
  log.refused(2, {});
  EXPECT_EQ(log.report(2ms).received, 1);
  EXPECT_THAT(log.report(2ms).icmp, IsEmpty());
}

TEST(StreamLog, KnowsSinceWhenTheLastAnswerIsMissing) {
  EXPECT_EQ(log_of("...").last_unanswered(), std::nullopt);
  EXPECT_EQ(log_of("x.x.!").last_unanswered(), 2ms);
  StreamLog log = log_of("x");
  log.refused(0, {});
  EXPECT_EQ(log.last_unanswered(), std::nullopt) << "that is an answer";
}

TEST(StreamLog, DrawsFortySignsAtMost) {
  const std::string third(1000, '.');
  EXPECT_EQ(report_of(third + std::string(1000, 'x') + third + std::string(1000, '.')).timeline,
            "··········✗✗✗✗✗✗✗✗✗✗····················");
}

TEST(StreamLog, DrawsPartsInWhichSomeWereAnswered) {
  EXPECT_EQ(report_of(std::string(99, '.') + std::string(2, 'x') + std::string(299, '.')).timeline,
            "·········▒▒·····························");
}

TEST(StreamLog, DrawsNothingWhereNothingWasSent) {
  StreamLog log(kPerSecond);
  for (int i = 0; i < 10; ++i) log.sent(i == 0 ? 0ms : 15ms, 0);
  for (std::size_t i = 0; i < 10; ++i) log.answered(i, 64);
  EXPECT_EQ(log.report(20ms).timeline, "·      ·  ");
}

}  // namespace
