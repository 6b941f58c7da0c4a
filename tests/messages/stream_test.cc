// What a stream says, to the letter.
#include "failure_of.h"
#include "stream_samples.h"
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
  EXPECT_EQ(PrintToString(report),
            "1000/s to b (10.0.0.2) for 3.200 s: 3200 sent, none lost; 51 sent late, by up to "
            "0.052 s |············|");
  report = good();
  report.late = 1600;
  report.most_late = 1600ms;
  report.kept = 500;
  EXPECT_EQ(PrintToString(report),
            "1000/s to b (10.0.0.2) for 3.200 s: 3200 sent, none lost; the machine kept 500/s "
            "only; 1600 sent late, by up to 1.600 s |············|");
}

TEST(StreamMessages, SayHowManyAnswersMayHaveBeenDroppedUnread) {
  StreamReport report = with_a_gap();
  report.overrun = 4;
  EXPECT_THAT(PrintToString(report),
              HasSubstr("; up to 4 of the lost may have been answered, and dropped here unread |"));
  report.lost = 3;
  EXPECT_THAT(PrintToString(report), HasSubstr("; up to 3 of the lost may have been"));
  report = good();
  report.overrun = 4;
  EXPECT_EQ(PrintToString(report), PrintToString(good())) << "all the same";
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
