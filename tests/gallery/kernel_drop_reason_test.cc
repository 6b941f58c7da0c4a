// What the kernel itself says of a drop, where nothing else tells: to root. To others its counters say a little.
#include "why.h"

#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <iterator>

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

constexpr const char* kNoReasons = "needs Linux 5.17, whose tracepoint skb:kfree_skb gives reasons";
constexpr const char* kEvents = "/sys/kernel/tracing/events/skb/kfree_skb/format";

UniqueFd bpf(int command, bpf_attr attributes) {
  return UniqueFd(static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes)));
}

// An XDP program that drops all; invalid: this kernel or this user may not.
UniqueFd drop_by_xdp(Node& node, unsigned mode) {
  bpf_insn program[2] = {};
  program[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  program[0].imm = XDP_DROP;
  program[1].code = BPF_JMP | BPF_EXIT;
  bpf_attr load{};
  load.prog_type = BPF_PROG_TYPE_XDP;
  load.insns = reinterpret_cast<std::uint64_t>(program);
  load.insn_cnt = 2;
  load.license = reinterpret_cast<std::uint64_t>("GPL");
  const UniqueFd loaded = bpf(BPF_PROG_LOAD, load);
  if (!loaded) return {};
  return node.run([&] {
    bpf_attr attach{};
    attach.link_create.prog_fd = static_cast<std::uint32_t>(loaded.get());
    attach.link_create.target_ifindex = ::if_nametoindex("eth0");
    attach.link_create.attach_type = BPF_XDP;
    attach.link_create.flags = mode;
    return bpf(BPF_LINK_CREATE, attach);
  });
}

struct KernelDropReason : Line {
  void SetUp() override {
    Line::SetUp();
    std::ifstream file(kEvents);
    const std::string format{std::istreambuf_iterator<char>(file), {}};
    if (::geteuid() != 0) lacks_ = "takes root";
    else if (format.empty()) lacks_ = "takes tracefs, mounted";
    gives_reasons_ = format.find("XFRM_POLICY") != std::string::npos;
  }
  static void block(Node& node, const std::string& way = "in") {
    const auto made = node.exec({"ip", "xfrm", "policy", "add", "src", "10.0.0.0/8", "dst",
                                 "10.0.0.0/8", "dir", way, "action", "block"});
    if (made.exit_code != 0) GTEST_SKIP() << "no policies of IPsec in this kernel: " << made.err;
  }
  // Before Linux 5.17 there is no reason, but a function.
  [[nodiscard]] Matcher<std::string> says(const std::string& what) const {
    if (gives_reasons_) return what + ": XFRM_POLICY (a policy of IPsec: ip xfrm policy)";
    return MatchesRegex(what + ": no reason given, in [a-z0-9_.]+");
  }
  std::string lacks_ = {};
  bool gives_reasons_ = false;
};

TEST_F(KernelDropReason, SettlesAPolicyOfIpsec) {
  block(b);
  const auto verdict = reaches(a, b, kShort);
  if (!lacks_.empty()) {
    EXPECT_THAT(why(verdict),
                StartsWith("the packet was last seen coming in at b's eth0; what is known"));
    EXPECT_THAT(verdict.message(), Not(HasSubstr("kfree_skb")));
    if (::access("/proc/net/xfrm_stat", R_OK) == 0) {
      EXPECT_THAT(verdict.message(),
                  EndsWith("of b's counters XfrmInPolBlock rises with each probe that is sent, and "
                           "not without"));
    }
    GTEST_SKIP() << lacks_;
  }
  EXPECT_THAT(why(verdict), says("b's kernel drops it after it came in on eth0"));
  EXPECT_THAT(
      verdict.message(),
      ContainsRegex(std::string("the kernel's record of this drop .kfree_skb., twice: ") +
                    (gives_reasons_ ? "XFRM_POLICY" : "no reason given") + " in [a-z0-9_.]+"));
}

TEST_F(KernelDropReason, SettlesWhatARouterDoesNotForward) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  block(r, "fwd");
  EXPECT_THAT(fault_of(), says("r's kernel drops it after it came in on eth0"));
}

TEST_F(KernelDropReason, SettlesWhatBecomesOfTheAnswer) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  if (!gives_reasons_) GTEST_SKIP() << kNoReasons;
  block(a);
  EXPECT_THAT(fault_of(), says("a's kernel drops the answer after it came in on eth0"));
}

// The answer is dropped before a packet socket sees it. What b's queue drops otherwise hides it from its counters,
// if it is enough.
TEST_F(KernelDropReason, TellsTheAnswerFromTheRequest) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  if (!gives_reasons_) GTEST_SKIP() << kNoReasons;
  b.shell("tc qdisc add dev eth0 root pfifo limit 0");
  // It drops what b asks of neighbours, too, and on a slow machine b asks before all is found.
  b.shell("ip neigh replace 10.0.2.1 dev eth0 lladdr " + r.link("eth1").mac);
  for (int i = 0; i < 2; ++i) b.spawn({"ping", "-q", "-f", "10.0.2.1"});
  EXPECT_THAT(
      fault_of(),
      AnyOf("b's kernel drops its answer as it is to leave by eth0: QDISC_DROP (its queueing "
            "discipline)",
            "b took it in and cannot answer: b's eth0 was to send it, and its qdisc pfifo "
            "drops it"));
}

TEST_F(KernelDropReason, SettlesAConnection) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  b.serve_echo(80);
  block(b);
  EXPECT_THAT(why(reaches(a, tcp_to(b, 80), kShort)),
              says("b's kernel drops it after it came in on eth0"));
}

// Else it is b's socket that does not answer.
TEST_F(KernelDropReason, SettlesADatagram) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  b.serve_echo(53);
  block(b);
  EXPECT_THAT(why(reaches(a, udp_to(b, 53), kShort)),
              says("b's kernel drops it after it came in on eth0"));
}

// No packet socket sees what comes in there: it is last seen where r sent it.
TEST_F(KernelDropReason, SettlesAnXdpProgram) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  const UniqueFd link = drop_by_xdp(b, XDP_FLAGS_SKB_MODE);
  if (!link) GTEST_SKIP() << "no XDP in this kernel";
  // Linux 6.18 has the reason in its list, and does not give it.
  EXPECT_THAT(fault_of(),
              MatchesRegex("b's kernel drops it as it comes in on eth0: "
                           "(XDP|no reason given, in [a-z0-9_.]+) .an XDP program: ip link."));
}

// veth's own driver gives such a program a copy, and drops that without a record.
TEST_F(KernelDropReason, IsNotKnownOfAnXdpProgramInTheDriver) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  const UniqueFd link = drop_by_xdp(b, XDP_FLAGS_DRV_MODE);
  if (!link) GTEST_SKIP() << "no XDP in this kernel";
  EXPECT_THAT(fault_of(),
              StartsWith("the packet was last seen leaving by r's eth1; what is known"));
}

// A switch that learns nothing gives others copies, which they drop for a reason of their own.
TEST_F(KernelDropReason, IsOfThisPacketAndNotOfItsCopies) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  StarNet net(3);
  net.sw.shell("ip link set br0 type bridge ageing_time 0");
  block(net.host(2));
  EXPECT_THAT(why(reaches(net.host(1), net.host(2), kShort)),
              says("h2's kernel drops it after it came in on eth0"));
}

// Interfaces of the same names, packets of the same size, dropped all the time.
TEST_F(KernelDropReason, IsNotThatOfOthersPackets) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  LineNet other;
  other.r.set_sysctl("net.ipv4.ip_forward", "0");
  other.a.spawn({"ping", "-q", "-i", "0.005", "10.0.2.2"});
  block(b);
  EXPECT_THAT(fault_of(), says("b's kernel drops it after it came in on eth0"));
}

}  // namespace
