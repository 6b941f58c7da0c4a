// Which of the kernel's drops are of our own packet, of the tracepoints' text.
#include <vethlab/diagnosis/kernel_drops.h>

#include <gmock/gmock.h>

#include <string>

using namespace testing;
using namespace vethlab::diagnosis;

namespace {

constexpr int kThread = 4711;

// Lines "cpu flags event: …", of that thread.
std::string trace(std::initializer_list<const char*> lines, int thread = kThread) {
  std::string text;
  for (const std::string line : lines)
    text += "   a test-x-" + std::to_string(thread) + "    [00" + line.substr(0, 1) + "] " +
            line.substr(2, 5) + "  6.750149: " + line.substr(8) + "\n";
  return text;
}

std::vector<KernelDrop> drops(const std::string& text) {
  const auto events = skb_events(text);
  return events ? drops_of(*events, kThread) : std::vector<KernelDrop>{{{}, "LOST", ""}};
}

constexpr const char* kSent = "1 b.... net_dev_queue: dev=eth0 skbaddr=00000000cd3c5808 len=98";
constexpr const char* kCameIn =
    "1 ..s1. netif_receive_skb: dev=eth7 skbaddr=00000000cd3c5808 len=84";
constexpr const char* kDropped =
    "1 ..s1. kfree_skb: skbaddr=00000000cd3c5808 rx_sk=0000000000000000 protocol=2048 "
    "location=icmp_rcv+0x1ff/0x3c0 reason: XFRM_POLICY";

TEST(KernelDrops, OfWhatTheThreadHasSentHaveItsWay) {
  EXPECT_THAT(
      drops(trace({kSent, kCameIn, kDropped})),
      ElementsAre(KernelDrop{{{false, "eth0"}, {true, "eth7"}}, "XFRM_POLICY", "icmp_rcv"}));
}

TEST(KernelDrops, HaveNoFunctionBeforeLinux63) {
  EXPECT_THAT(drops(trace({kSent,
                           "1 ..s1. kfree_skb: skbaddr=00000000cd3c5808 protocol=2048 "
                           "location=00000000c0ffee00 reason: NOT_SPECIFIED"})),
              ElementsAre(KernelDrop{{{false, "eth0"}}, "NOT_SPECIFIED", ""}));
}

TEST(KernelDrops, BeforeItLeavesHaveNoWay) {
  EXPECT_THAT(drops(trace({"0 ..... kfree_skb: skbaddr=00000000cd3c5808 protocol=2048 "
                           "location=sch_handle_egress+0x1/0x2 reason: TC_EGRESS"})),
              ElementsAre(KernelDrop{{}, "TC_EGRESS", "sch_handle_egress"}));
}

TEST(KernelDrops, OfOthersAreNone) {
  EXPECT_THAT(drops(trace({kSent, kCameIn, kDropped}, kThread + 1)), IsEmpty());
  // What the kernel does in our thread is not ours for that.
  EXPECT_THAT(drops(trace({"1 b.s1. net_dev_queue: dev=eth0 skbaddr=00000000cd3c5808 len=98",
                           kCameIn, kDropped})),
              IsEmpty());
  EXPECT_THAT(drops(trace({kDropped})), IsEmpty());
}

// It got home; its memory is another's now.
TEST(KernelDrops, OfMemoryThatIsUsedAgainAreNone) {
  EXPECT_THAT(
      drops(trace({kSent, kCameIn,
                   "1 ..s1. consume_skb: skbaddr=00000000cd3c5808 location=icmp_rcv+0x1/0x2",
                   kDropped})),
      IsEmpty());
}

// An answer, a copy: sent by the kernel while it had ours in hand.
TEST(KernelDrops, OfWhatOursCausedAreOurs) {
  constexpr const char* kAnswer = "1 b.s1. net_dev_queue: dev=eth7 skbaddr=000000005f0ec15d len=98";
  constexpr const char* kAnswerDropped =
      "1 ..s1. kfree_skb: skbaddr=000000005f0ec15d protocol=2048 location=ip_forward+0x1/0x2 "
      "reason: XFRM_POLICY";
  constexpr const char* kConsumed = "1 ..s1. consume_skb: skbaddr=00000000cd3c5808";
  EXPECT_THAT(
      drops(trace({kSent, kCameIn, kAnswer, kConsumed,
                   "1 ..s1. netif_receive_skb: dev=eth0 skbaddr=000000005f0ec15d len=84",
                   kAnswerDropped})),
      ElementsAre(KernelDrop{{{false, "eth0"}, {true, "eth7"}, {false, "eth7"}, {true, "eth0"}},
                             "XFRM_POLICY",
                             "ip_forward"}));
  EXPECT_THAT(drops(trace({kSent, kCameIn, kConsumed, kAnswer, kAnswerDropped})), IsEmpty());
}

TEST(KernelDrops, OfAnotherProcessorAreNotWhatOursCaused) {
  EXPECT_THAT(drops(trace({kSent, kCameIn,
                           "0 b.s1. net_dev_queue: dev=eth7 skbaddr=000000005f0ec15d len=98",
                           "0 ..s1. kfree_skb: skbaddr=000000005f0ec15d protocol=2048 "
                           "location=ip_forward+0x1/0x2 reason: XFRM_POLICY"})),
              IsEmpty());
}

TEST(KernelDrops, AreNotKnownWhereTheKernelHadNoRoom) {
  EXPECT_EQ(skb_events("CPU:1 [LOST 12 EVENTS]\n" + trace({kSent})), std::nullopt);
}

TEST(KernelDrops, OfWhatIsNoEventAreNone) {
  EXPECT_THAT(skb_events("# tracer: nop\n\nnonsense\n"), Optional(IsEmpty()));
}

}  // namespace
