// Streams of echoes while the network changes. What holds whatever the scheduler does: echoes that are due
// when the closure returns are sent then, at the latest.
#include "children.h"
#include "pass_time.h"

#include <vethlab/fixtures/pair.h>

#include <sched.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kInterval = 1ms;  // of 1000 a second

class Stream : public PairTest {};

TEST_F(Stream, LosesNothingWhereNothingChanges) {
  for (const char* const to : {"10.0.0.2", "fd00::2"}) {
    const StreamReport report = a.stream(to, [&] { pass_time(a, 100ms); });
    EXPECT_THAT(report, AllOf(To(to), Sent(Ge(100)), Lost(0), Duplicated(0), Reordered(0)));
    EXPECT_THAT(report, AllOf(LongestGap(0us), GapBegan(std::nullopt), Ttl(64), Overrun(0)));
    EXPECT_THAT(report, AllOf(TtlChanges(IsEmpty()), Icmp(IsEmpty()), Errors(IsEmpty())));
    EXPECT_THAT(report, Took(Ge(100ms)));
    EXPECT_THAT(report.timeline, Not(HasSubstr("✗")));
    EXPECT_EQ(report.received, report.sent);
  }
}

TEST_F(Stream, SendsWhatIsDue) {
  for (const int per_second : {1, 3, 250, 10000}) {
    const StreamReport report =
        a.stream(b, [&] { pass_time(a, 20ms); }, {.per_second = per_second});
    const auto due = report.duration * per_second / 1s + 1;
    EXPECT_THAT(report, AllOf(To("b (10.0.0.2)"), Sent(Le(due)), Lost(0)));
    EXPECT_THAT(report, Sent(Ge(20ms * per_second / 1s + 1)));
    EXPECT_EQ(report.per_second, per_second);
  }
}

TEST_F(Stream, HasBegunWhenTheClosureIsCalled) {
  const StreamReport report = a.stream(
      b,
      [&] { EXPECT_THAT(a.neighbours(), Contains(Field(&Neighbour::to, IpAddress("10.0.0.2")))); },
      {.per_second = 1});
  EXPECT_THAT(report, AllOf(Sent(Ge(1)), Lost(0)));
}

// It would wait for an hour.
TEST_F(Stream, ReturnsWhenAllIsAnswered) {
  EXPECT_THAT(a.stream(b, [] {}, {.timeout = 1h}), Lost(0));
}

TEST_F(Stream, CarriesPayloadsOfAnySizeAndItsSource) {
  a.add_address("eth0", "10.0.0.7/24");
  for (const int payload : {8, 1472, 1473, 9000})
    EXPECT_THAT(
        a.stream("10.0.0.2", [] {}, {.per_second = 100, .payload = payload, .src = "10.0.0.7"}),
        AllOf(Sent(Ge(1)), Lost(0)));
  b.drop("ip saddr 10.0.0.7 icmp type echo-request");
  EXPECT_THAT(a.stream("10.0.0.2", [] {}, {.timeout = 50ms, .src = "10.0.0.7"}), Received(0));
  EXPECT_THAT(a.stream("10.0.0.2", [] {}), Lost(0));
}

// More at once than a socket's buffer holds.
TEST_F(Stream, ReadsLargeAnswersOfManyAsFastAsTheyCome) {
  const std::vector<Destination> to(100, "10.0.0.2");
  EXPECT_THAT(a.stream(to, [&] { pass_time(a, 50ms); }, {.per_second = 50, .payload = 9000}),
              Each(AllOf(Sent(Ge(3)), Lost(0), Overrun(0))));
}

TEST_F(Stream, TakesAZone) {
  const IpAddress link_local = b.addresses().back().address.address();
  ASSERT_TRUE(link_local.is_link_local());
  EXPECT_THAT(a.stream(link_local.text() + "%eth0", [] {}), AllOf(Sent(Ge(1)), Lost(0)));
}

// Of the outage, measured in the closure: each echo that is due while everything is dropped is lost, but
// for those that are sent later than they are due. What may be on its way when dropping begins, or is held
// up by a busy machine's softirqs when it ends, has a tenth of a second.
TEST_F(Stream, HasTheGapOfASilentLoss) {
  Clock::duration least{};
  Clock::duration most{};
  Clock::duration before_loss{};
  const auto start = Clock::now();
  const StreamReport report = a.stream("10.0.0.2", [&] {
    pass_time(a, 50ms);
    const auto before = Clock::now();
    wire.drop_all();
    const auto dropping = Clock::now();
    pass_time(a, 300ms);
    const auto still_dropping = Clock::now();
    wire.pass_all();
    most = Clock::now() - before;
    least = still_dropping - dropping;
    before_loss = dropping - start;
    pass_time(a, 50ms);
  });
  const auto known_to = kInterval + report.most_late;
  EXPECT_THAT(report, LongestGap(AllOf(Ge(least - known_to), Le(most + known_to + 100ms))));
  EXPECT_THAT(report, GapBegan(Le(before_loss + known_to)));
  EXPECT_THAT(report, AllOf(Lost(Ge((least - known_to) / kInterval)), Received(Ge(1))));
  EXPECT_THAT(report, Errors(IsEmpty())) << "nobody was told";
  EXPECT_THAT(report.timeline, HasSubstr("✗"));
}

TEST_F(Stream, HasAGapNoLongerThanTheReplugging) {
  Clock::duration took{};
  const StreamReport report = a.stream(b, [&] {
    const auto before = Clock::now();
    wire.set_down();
    wire.set_up();
    took = Clock::now() - before;
  });
  EXPECT_THAT(report, LongestGap(Le(took + kInterval + report.most_late + 100ms)));
  EXPECT_THAT(report, AllOf(Received(Ge(1)), Took(Ge(took))));
}

TEST_F(Stream, CountsWhatTheNodeRefusesToSendAndHasAGapToTheEnd) {
  const StreamReport report = a.stream("10.0.0.2",
                                       [&] {
                                         wire.set_down(b);
                                         pass_time(a, 20ms);
                                       },
                                       {.timeout = 100ms});
  EXPECT_THAT(report, Errors(ElementsAre(AllOf(Error(ENETUNREACH), Count(Ge(19))))));
  EXPECT_THAT(report, GapBegan(report.duration - report.longest_gap));
  EXPECT_THAT(report, LongestGap(Ge(119ms - report.most_late))) << "longer than the closure";
}

TEST_F(Stream, ToNowhereSendsNothing) {
  const StreamReport report =
      a.stream("203.0.113.1", [&] { pass_time(a, 20ms); }, {.timeout = 20ms});
  EXPECT_THAT(report, AllOf(Sent(0), Received(0), Lost(0), Ttl(std::nullopt)));
  EXPECT_THAT(report, Errors(ElementsAre(AllOf(Error(ENETUNREACH), Count(Ge(20))))));
  EXPECT_THAT(report, AllOf(GapBegan(Lt(report.duration)), LongestGap(Le(report.duration))));
}

// Every verb, assertion and wait may stand in the closure, another stream too.
TEST_F(Stream, LetsTheClosureDoWhatATestDoes) {
  const StreamReport report = a.stream("10.0.0.2", [&] {
    EXPECT_EQ(a.run([] { return 42; }), 42);
    EXPECT_THAT(b.exec({"true"}), Succeeds());
    EXPECT_REACHABLE(b, a);
    EXPECT_THAT(b.stream(a, [&] { a.add_address("lo", "192.0.2.1/32"); }), Lost(0));
    EXPECT_THAT(a.stream("10.0.0.2", [] {}), AllOf(Lost(0), Duplicated(0)));
    EXPECT_EVENTUALLY(a.addresses(), Contains(Inet("192.0.2.1/32")));
  });
  EXPECT_THAT(report, AllOf(Lost(0), Duplicated(0), Reordered(0)));
}

TEST_F(Stream, EndsWithAClosureThatThrowsAndLeavesNothing) {
  EXPECT_THAT(a.exec({"true"}), Succeeds());  // whose process stays
  const std::string before = children();
  EXPECT_THAT([&] { (void)a.stream(b, [] { throw std::runtime_error("no more"); }); },
              ThrowsMessage<std::runtime_error>("no more"));
  EXPECT_THROW((void)a.stream(std::vector<Destination>{a, b},
                              [] {
                                throw AssertionException(TestPartResult(
                                    TestPartResult::kFatalFailure, __FILE__, __LINE__, "fatal"));
                              }),
               AssertionException);
  EXPECT_THROW((void)a.stream(b, [] { throw 42; }), int);
  EXPECT_EQ(children(), before);
  EXPECT_THAT(a.stream(b, [] {}), AllOf(Lost(0), Duplicated(0)));
  EXPECT_EQ(children(), before);
}

TEST_F(Stream, IsStillOneWhereTheTestHasOneProcessorOnly) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_THAT(a.stream(b, [&] { pass_time(a, 20ms); }), Lost(0));
  ASSERT_EQ(::sched_setaffinity(0, sizeof before, &before), 0);
}

}  // namespace
