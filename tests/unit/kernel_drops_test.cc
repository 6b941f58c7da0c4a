// Which of the kernel's drops are of our own packet, as its tracepoints tell.
#include <vethlab/diagnosis/followed.h>

#include <gmock/gmock.h>

#include <cstring>
#include <string>
#include <utility>

using namespace testing;
using namespace vethlab::diagnosis;
using Kind = SkbEvent::Kind;

namespace {

constexpr int kThread = 4711;
constexpr std::uint64_t kOurs = 0xffff888100000100;
constexpr std::uint64_t kAnother = 0xffff888100000200;
constexpr std::uint64_t kIcmpRcv = 0xffffffff82051730;

// What the thread itself does.
SkbEvent own(SkbEvent event) {
  event.thread = kThread;
  event.interrupt = false;
  return event;
}
// What the kernel does on that thread's time.
SkbEvent interrupt(SkbEvent event) {
  event = own(std::move(event));
  event.interrupt = true;
  return event;
}

const SkbEvent kSent = own({.kind = Kind::kQueued, .skb = kOurs, .dev = "eth0"});
const SkbEvent kCameIn = interrupt({.kind = Kind::kArrived, .skb = kOurs, .dev = "eth7"});
const SkbEvent kDropped = interrupt(
    {.kind = Kind::kDropped, .skb = kOurs, .reason = "XFRM_POLICY", .location = kIcmpRcv});
const SkbEvent kConsumed = interrupt({.kind = Kind::kConsumed, .skb = kOurs});
const SkbEvent kAnswer = interrupt({.kind = Kind::kQueued, .skb = kAnother, .dev = "eth7"});
const SkbEvent kAnswerDropped =
    interrupt({.kind = Kind::kDropped, .skb = kAnother, .reason = "XFRM_POLICY"});

TEST(KernelDrops, OfWhatTheThreadHasSentHaveItsWay) {
  EXPECT_THAT(drops_of({kSent, kCameIn, kDropped}, kThread),
              ElementsAre(KernelDrop{.way = {{false, "eth0"}, {true, "eth7"}},
                                     .reason = "XFRM_POLICY",
                                     .location = kIcmpRcv}));
}

TEST(KernelDrops, BeforeItLeavesHaveNoWay) {
  EXPECT_THAT(drops_of({own(kDropped)}, kThread),
              ElementsAre(KernelDrop{.reason = "XFRM_POLICY", .location = kIcmpRcv}));
}

// An ARP request, a copy for somebody's packet socket.
TEST(KernelDrops, BesideWhatLeavesAreNone) {
  SkbEvent beside = own(kDropped);
  beside.skb = kAnother;
  EXPECT_THAT(drops_of({beside, kSent}, kThread), IsEmpty());
}

TEST(KernelDrops, OfOthersAreNone) {
  EXPECT_THAT(drops_of({kSent, kCameIn, kDropped}, kThread + 1), IsEmpty());
  // What the kernel does on our thread's time is not ours for that.
  EXPECT_THAT(drops_of({interrupt(kSent), kCameIn, kDropped}, kThread), IsEmpty());
  EXPECT_THAT(drops_of({kDropped}, kThread), IsEmpty());
}

// It got home; its memory is another's now.
TEST(KernelDrops, OfMemoryThatIsUsedAgainAreNone) {
  EXPECT_THAT(drops_of({kSent, kCameIn, kConsumed, kDropped}, kThread), IsEmpty());
  EXPECT_THAT(drops_of({kSent, kCameIn, kDropped, kDropped}, kThread), SizeIs(1));
  SkbEvent program = kSent;  // it was read, which no tracepoint tells of; another program sends
  program.thread = kThread + 1;
  EXPECT_THAT(drops_of({kSent, kCameIn, program, kDropped}, kThread), IsEmpty());
}

// An answer, a copy: sent by the kernel while it had ours in hand.
TEST(KernelDrops, OfWhatOursCausedAreOurs) {
  const KernelDrop answers{.way = {{false, "eth0"}, {true, "eth7"}, {false, "eth7"}},
                           .caused = true,
                           .reason = "XFRM_POLICY"};
  EXPECT_THAT(drops_of({kSent, kCameIn, kAnswer, kConsumed, kAnswerDropped}, kThread),
              ElementsAre(answers));
}

TEST(KernelDrops, OfWhatIsSentWithoutOursInHandAreNone) {
  EXPECT_THAT(drops_of({kSent, kCameIn, kConsumed, kAnswer, kAnswerDropped}, kThread), IsEmpty());
  SkbEvent elsewhere = kConsumed;  // it was handed to another processor
  elsewhere.cpu = 1;
  EXPECT_THAT(drops_of({kSent, kCameIn, elsewhere, kAnswer, kAnswerDropped}, kThread), IsEmpty());
  SkbEvent processor = kAnswer;
  processor.cpu = 1;
  EXPECT_THAT(drops_of({kSent, kCameIn, processor, kAnswerDropped}, kThread), IsEmpty());
  SkbEvent program = kAnswer;  // its turn while ours waits for something
  program.interrupt = false;
  program.thread = kThread + 1;
  EXPECT_THAT(drops_of({kSent, kCameIn, program, kAnswerDropped}, kThread), IsEmpty());
  SkbEvent others = kCameIn;  // it came in before, and goes on now
  others.skb = kAnother;
  EXPECT_THAT(drops_of({others, kSent, kCameIn, kAnswer, kAnswerDropped}, kThread), IsEmpty());
  SkbEvent late = kAnswer;
  late.time = 2'000'000;
  EXPECT_THAT(drops_of({kSent, kCameIn, late, kAnswerDropped}, kThread), IsEmpty());
}

constexpr const char* kFormat = R"(name: kfree_skb
ID: 2310
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

	field:void * skbaddr;	offset:8;	size:8;	signed:0;
	field:void * location;	offset:16;	size:8;	signed:0;
	field:unsigned short protocol;	offset:24;	size:2;	signed:0;
	field:enum skb_drop_reason reason;	offset:28;	size:4;	signed:0;

print fmt: "reason: %s", __print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, { 18, "XFRM_POLICY" }, { 0x13, "IP_NOPROTO" })
)";

std::vector<std::byte> record(std::uint8_t flags, std::uint32_t reason) {
  std::vector<std::byte> bytes(32);
  const auto put = [&](std::size_t at, auto value) {
    std::memcpy(&bytes[at], &value, sizeof value);
  };
  put(2, flags);
  put(8, kOurs);
  put(16, kIcmpRcv);
  put(24, std::uint16_t{2048});
  put(28, reason);
  return bytes;
}

TEST(TraceFormat, SaysWhereTheRecordHasWhat) {
  const TraceFormat format = trace_format(Kind::kDropped, kFormat);
  EXPECT_EQ(skb_event(format, record(0x10, 18)), (SkbEvent{.kind = Kind::kDropped,
                                                           .skb = kOurs,
                                                           .reason = "XFRM_POLICY",
                                                           .location = kIcmpRcv,
                                                           .protocol = 2048,
                                                           .interrupt = true}));
  EXPECT_EQ(skb_event(format, record(0x81, 0x13)), (SkbEvent{.kind = Kind::kDropped,
                                                             .skb = kOurs,
                                                             .reason = "IP_NOPROTO",
                                                             .location = kIcmpRcv,
                                                             .protocol = 2048}));
  EXPECT_EQ(skb_event(format, record(0, 2))->reason, "");
  EXPECT_EQ(skb_event(format, record(0, 0x30001))->reason, "0x30001");
}

TEST(TraceFormat, ReadsTextsWhereTheRecordHasThem) {
  const TraceFormat format =
      trace_format(Kind::kArrived,
                   "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
                   "\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"
                   "\tfield:__data_loc char[] name;\toffset:16;\tsize:4;\tsigned:0;\n");
  std::vector<std::byte> bytes(28);
  const std::uint32_t where = (5U << 16) + 20;
  std::memcpy(&bytes[16], &where, sizeof where);
  std::memcpy(&bytes[20], "eth0", 5);
  EXPECT_EQ(skb_event(format, bytes)->dev, "eth0");
  bytes.resize(22);  // cut
  EXPECT_EQ(skb_event(format, bytes)->dev, "");
  bytes.resize(10);
  EXPECT_EQ(skb_event(format, bytes), std::nullopt);
}

TEST(TraceFormat, OfAnotherKindOfFileIsNone) {
  EXPECT_EQ(skb_event(trace_format(Kind::kDropped, "nonsense"), record(0, 2)), std::nullopt);
}

}  // namespace
