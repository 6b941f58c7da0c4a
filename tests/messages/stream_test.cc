// What a stream's report says, and its matchers: to the letter.
#include "expect_texts.h"
#include "failure_of.h"
#include "text_of.h"

#include <vethlab/fixtures/pair.h>

#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

StreamReport good() {
  return {.to = "b (10.0.0.2)",
          .per_second = 1000,
          .kept = 1000,
          .duration = 3200ms,
          .sent = 3200,
          .received = 3200,
          .ttl = 64,
          .most_late = 80us,
          .timeline = "············"};
}

StreamReport with_a_gap() {
  StreamReport report = good();
  report.to = "10.0.0.2";
  report.received = 2388;
  report.lost = 812;
  report.longest_gap = 812345us;
  report.gap_began = 1003us * 1000;
  report.timeline = "····✗✗✗·····";
  return report;
}

TEST(StreamMessages, AreOneLine) {
  EXPECT_EQ(PrintToString(good()),
            "1000/s to b (10.0.0.2) for 3.200 s: 3200 sent, none lost |············|");
  EXPECT_EQ(PrintToString(with_a_gap()),
            "1000/s to 10.0.0.2 for 3.200 s: 3200 sent, 812 lost; longest gap 0.812 s at 1.003 s "
            "|····✗✗✗·····|");
}

TEST(StreamMessages, OfAnUnreachableDestinationSayThatNothingWasSent) {
  StreamReport report = good();
  report.sent = report.received = 0;
  report.longest_gap = report.duration;
  report.gap_began = 0us;
  report.errors = {{ENETUNREACH, 3200}};
  EXPECT_EQ(PrintToString(report),
            "1000/s to b (10.0.0.2) for 3.200 s: none sent; longest gap 3.200 s at 0 us, to the "
            "end; not sent: ENETUNREACH (Network is unreachable) 3200 times |············|");
}

TEST(StreamMessages, OfAGapThatDidNotEndSaySo) {
  StreamReport report = with_a_gap();
  report.longest_gap = report.duration - *report.gap_began;
  EXPECT_EQ(PrintToString(report),
            "1000/s to 10.0.0.2 for 3.200 s: 3200 sent, 812 lost; longest gap 2.197 s at 1.003 s, "
            "to the end |····✗✗✗·····|");
}

TEST(StreamMessages, OfAShortGapAreInMicroseconds) {
  StreamReport report = with_a_gap();
  report.lost = 1;
  report.longest_gap = 100us;
  report.gap_began = 0us;
  EXPECT_THAT(PrintToString(report), HasSubstr("1 lost; longest gap 100 us at 0 us |"));
}

TEST(StreamMessages, CountWhatCameTwiceAndOutOfOrder) {
  StreamReport report = good();
  report.duplicated = 3;
  report.reordered = 2;
  EXPECT_EQ(PrintToString(report),
            "1000/s to b (10.0.0.2) for 3.200 s: 3200 sent, none lost, 3 duplicated, 2 reordered "
            "|············|");
}

TEST(StreamMessages, TellTtlsIcmpErrorsAndErrnos) {
  StreamReport report = with_a_gap();
  report.ttl_changes = {{1200ms, 63, 61}, {1300ms, 61, 63}};
  report.icmp = {{IcmpError::kTtlExceeded, "10.0.1.1", 300}, {IcmpError::kNoRoute, "10.0.2.1", 1}};
  report.errors = {{ENETUNREACH, 12}, {EPERM, 1}};
  EXPECT_EQ(PrintToString(report),
            "1000/s to 10.0.0.2 for 3.200 s: 3200 sent, 812 lost; longest gap 0.812 s at 1.003 s; "
            "ttl 63 to 61 at 1.200 s, 61 to 63 at 1.300 s; ICMP ttl exceeded from 10.0.1.1 300 "
            "times, no route from 10.0.2.1 once; not sent: ENETUNREACH (Network is unreachable) 12 "
            "times, EPERM (Operation not permitted) once |····✗✗✗·····|");
}

TEST(StreamMessages, ShowThreeOfManyTtls) {
  StreamReport report = good();
  for (int i = 0; i < 9; ++i) report.ttl_changes.push_back({i * 1s, 63 - i % 2, 62 + i % 2});
  EXPECT_THAT(PrintToString(report),
              HasSubstr("; ttl 63 to 62 at 0 us, 62 to 63 at 1.000 s, 63 to 62 at 2.000 s and 6 "
                        "more |"));
}

TEST(StreamMessages, SayWhereTheMachineDidNotKeepTheRate) {
  StreamReport report = good();
  report.late = 51;
  report.most_late = 52ms;
  report.overrun = 4;
  EXPECT_EQ(PrintToString(report),
            "1000/s to b (10.0.0.2) for 3.200 s: 3200 sent, none lost; 51 sent late, by up to "
            "0.052 s; 4 answers may have been dropped here, unread |············|");
  report = good();
  report.late = 1600;
  report.most_late = 1600ms;
  report.kept = 500;
  EXPECT_EQ(PrintToString(report),
            "1000/s to b (10.0.0.2) for 3.200 s: 3200 sent, none lost; the machine kept 500/s "
            "only; 1600 sent late, by up to 1.600 s |············|");
}

TEST(StreamMessages, OfAFailureShowTheTimeline) {
  EXPECT_EQ(
      failure_of([] { EXPECT_THAT(with_a_gap(), LongestGap(Lt(50ms))); }),
      "Value of: with_a_gap()\n"
      "Expected: has longest gap that is < 50 ms\n"
      "  Actual: \n"
      "    1000/s to 10.0.0.2 for 3.200 s: 3200 sent, 812 lost; longest gap 0.812 s at 1.003 s "
      "|····✗✗✗·····|\n"
      "  which has longest gap 812.345 ms");
}

TEST(FieldMatchers, OfAStream) {
  StreamReport passes = with_a_gap();
  passes.duplicated = 3;
  passes.reordered = 2;
  passes.ttl_changes = {{1200ms, 63, 61}};
  passes.icmp = {{IcmpError::kTtlExceeded, "10.0.1.1", 300}};
  passes.errors = {{ENETUNREACH, 12}};
  passes.late = 5;
  passes.overrun = 4;
  StreamReport fails = good();
  fails.per_second = 1;
  fails.kept = 500;
  fails.duration = 1s;
  fails.sent = fails.received = 1;
  fails.ttl.reset();
  fails.most_late = 2ms;
  expect_texts<StreamReport>(
      passes, fails,
      {{To("10.0.0.2"), "has to 10.0.0.2", "doesn't have to 10.0.0.2",
        "which has to \"b (10.0.0.2)\""},
       {Kept(Ge(990)), "has kept rate that is >= 990", "has no kept rate that is >= 990",
        "which has kept rate 500"},
       {Took(Gt(2s)), "has duration that is > 2 s", "has no duration that is > 2 s",
        "which has duration 1000000 us"},
       {Sent(3200), "has sent 3200", "doesn't have sent 3200", "which has sent 1"},
       {Received(2388), "has received 2388", "doesn't have received 2388", "which has received 1"},
       {Lost(812), "has lost 812", "doesn't have lost 812", "which has lost 0"},
       {Duplicated(3), "has duplicated 3", "doesn't have duplicated 3", "which has duplicated 0"},
       {Reordered(Gt(0)), "has reordered that is > 0", "has no reordered that is > 0",
        "which has reordered 0"},
       {LongestGap(AllOf(Gt(500ms), Lt(1s))), "has longest gap that (is > 500 ms) and (is < 1 s)",
        "has no longest gap that (is > 500 ms) and (is < 1 s)", "which has longest gap 0 ms"},
       {LongestGap(812345us), "has longest gap 812.345 ms", "doesn't have longest gap 812.345 ms",
        "which has longest gap 0 ms"},
       {GapBegan(Gt(1s)), "has gap's beginning that is > 1 s",
        "has no gap's beginning that is > 1 s", "which has no gap's beginning"},
       {Ttl(64), "has ttl 64", "doesn't have ttl 64", "which has no ttl"},
       {TtlChanges(ElementsAre(AllOf(From(63), To(61)))),
        "has ttl changes that has 1 element that (has from 63) and (has to 61)",
        "has no ttl changes that has 1 element that (has from 63) and (has to 61)",
        "which has no ttl changes"},
       {Icmp(Contains(Error(IcmpError::kTtlExceeded))),
        "has ICMP that contains at least one element that has error ttl exceeded",
        "has no ICMP that contains at least one element that has error ttl exceeded",
        "which has no ICMP"},
       {Errors(Contains(Error(ENETUNREACH))),
        "has errors that contains at least one element that has error ENETUNREACH",
        "has no errors that contains at least one element that has error ENETUNREACH",
        "which has no errors"},
       {Late(5), "has late 5", "doesn't have late 5", "which has late 0"},
       {MostLate(Lt(1ms)), "has largest lateness that is < 1 ms",
        "has no largest lateness that is < 1 ms", "which has largest lateness 2 ms"},
       {Overrun(4), "has overrun 4", "doesn't have overrun 4", "which has overrun 0"}});
}

TEST(FieldMatchers, OfWhatAStreamCounts) {
  expect_texts<TtlChange>(
      {1200ms, 63, 61}, {1300ms, 61, 63},
      {{At(1200ms), "has time 1200 ms", "doesn't have time 1200 ms", "which has time 1300 ms"},
       {From(63), "has from 63", "doesn't have from 63", "which has from 61"},
       {To(61), "has to 61", "doesn't have to 61", "which has to 63"}});
  expect_texts<IcmpCount>(
      {IcmpError::kTtlExceeded, "10.0.1.1", 300}, {IcmpError::kNoRoute, "10.0.2.1", 1},
      {{Error(IcmpError::kTtlExceeded), "has error ttl exceeded", "doesn't have error ttl exceeded",
        "which has error no route"},
       {From("10.0.1.1"), "has from 10.0.1.1", "doesn't have from 10.0.1.1",
        "which has from 10.0.2.1"},
       {Count(Gt(9)), "has count that is > 9", "has no count that is > 9", "which has count 1"}});
  expect_texts<ErrnoCount>(
      {ENETUNREACH, 12}, {EPERM, 1},
      {{Error(ENETUNREACH), "has error ENETUNREACH", "doesn't have error ENETUNREACH",
        "which has error EPERM"},
       {Count(12), "has count 12", "doesn't have count 12", "which has count 1"}});
}

TEST(StreamMessages, OfBadInputNameTheArgumentAndWhy) {
  PairNet net;
  bool called = false;
  const auto refusal = [&](Destination to, StreamOptions options) {
    return text_of([&] {
      (void)net.a.stream(
          to, [&] { called = true; }, options);
    });
  };
  EXPECT_EQ(refusal("10.0.0.2", {.per_second = 0}), "stream: per_second 0 is not 1 to 10000");
  EXPECT_EQ(refusal("10.0.0.2", {.per_second = 10001}),
            "stream: per_second 10001 is not 1 to 10000");
  EXPECT_EQ(refusal("10.0.0.2", {.timeout = 0ms}), "stream: timeout in ms 0 is not 1 to 3600000");
  EXPECT_EQ(refusal("10.0.0.2", {.payload = 7}),
            "stream: payload 7 is not 8 to 65507: it has the echo's number");
  EXPECT_EQ(refusal("10.0.0.2", {.payload = 65508}), "stream: payload 65508 is not 0 to 65507");
  EXPECT_EQ(refusal("10.0.0.2", {.ttl = 256}), "stream: ttl 256 is not 1 to 255");
  EXPECT_EQ(refusal("10.0.0.2", {.src = "10.0.0.7"}),
            "stream: src 10.0.0.7 is not an address of a");
  EXPECT_EQ(refusal("10.0.0.2", {.src = "fd00::1"}),
            "stream: src fd00::1 and 10.0.0.2 are of different families");
  EXPECT_EQ(refusal(tcp_to(net.b, 80), {}), "stream: an echo has no port: tcp port 80 of b");
  EXPECT_EQ(refusal("fe80::1%eth9", {}), "find interface eth9 in a: No such device");
  PairNet other;
  EXPECT_EQ(refusal(other.b, {}), "node b belongs to another lab than a");
  EXPECT_EQ(
      text_of([&] { (void)net.a.stream(std::vector<Destination>(), [&] { called = true; }); }),
      "stream: there is no destination");
  EXPECT_EQ(text_of([&] {
              (void)net.a.stream(std::vector<Destination>(51, "10.0.0.2"), [&] { called = true; });
            }),
            "stream: 51 destinations at 1000 a second each are more than 50000 a second");
  EXPECT_FALSE(called);
}

// The pids of this thread's children.
std::set<pid_t> children() {
  std::ifstream file("/proc/self/task/" + std::to_string(::getpid()) + "/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

TEST(StreamMessages, OfAWorkerThatWasKilledSaySo) {
  PairNet net;
  EXPECT_THAT(net.a.exec({"true"}), Succeeds());  // what a lab has anyway is there
  const std::set<pid_t> before = children();
  EXPECT_EQ(text_of([&] {
              (void)net.a.stream(net.b, [&] {
                for (const pid_t child : children())
                  if (before.count(child) == 0) ::kill(child, SIGKILL);
              });
            }),
            "the worker that streams echoes from a is gone");
}

}  // namespace
