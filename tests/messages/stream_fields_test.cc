// Each matcher of what a stream reports: a pass, a fail, and its texts, to the letter.
#include "expect_texts.h"
#include "stream_samples.h"

#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

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

}  // namespace
