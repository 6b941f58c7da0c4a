// What the kernel itself says of a drop, where nothing else tells: to root.
#include "why.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace testing;
using namespace vethlab;
using namespace gallery;

namespace {

constexpr const char* kInstances = "/sys/kernel/tracing/instances";
constexpr const char* kRecord = "the kernel's record of this drop (kfree_skb), twice: ";

struct KernelDropReason : Line {
  void SetUp() override {
    Line::SetUp();
    std::ifstream format("/sys/kernel/tracing/events/skb/kfree_skb/format");
    const std::string text{std::istreambuf_iterator<char>(format), {}};
    if (::geteuid() != 0) lacks_ = "takes root";
    else if (::access(kInstances, W_OK) != 0) lacks_ = "takes tracefs, mounted";
    else if (text.find("XFRM_POLICY") == std::string::npos)
      lacks_ = "needs Linux 5.17, whose tracepoint skb:kfree_skb gives reasons";
  }
  static void block(Node& node, const std::string& way = "in") {
    const auto made = node.exec({"ip", "xfrm", "policy", "add", "src", "10.0.0.0/8", "dst",
                                 "10.0.0.0/8", "dir", way, "action", "block"});
    if (made.exit_code != 0) GTEST_SKIP() << "no policies of IPsec in this kernel: " << made.err;
  }
  std::string lacks_ = {};
};

TEST_F(KernelDropReason, SettlesAPolicyOfIpsec) {
  block(b);
  const auto verdict = reaches(a, b, kShort);
  if (!lacks_.empty()) {
    EXPECT_THAT(why(verdict),
                StartsWith("the packet was last seen coming in at b's eth0; what is known"));
    EXPECT_THAT(verdict.message(), Not(HasSubstr(kRecord)));
    GTEST_SKIP() << lacks_;
  }
  EXPECT_EQ(why(verdict),
            "b's kernel drops it after it came in on eth0: XFRM_POLICY (a policy of IPsec: ip xfrm "
            "policy)");
  EXPECT_THAT(verdict.message(), HasSubstr(std::string(kRecord) + "XFRM_POLICY"));
}

TEST_F(KernelDropReason, SettlesWhatARouterDoesNotForward) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  block(r, "fwd");
  EXPECT_EQ(fault_of(),
            "r's kernel drops it after it came in on eth0: XFRM_POLICY (a policy of IPsec: ip xfrm "
            "policy)");
}

TEST_F(KernelDropReason, SettlesWhatBecomesOfTheAnswer) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  block(a);
  EXPECT_EQ(fault_of(),
            "a's kernel drops the answer after it came in on eth0: XFRM_POLICY (a policy of IPsec: "
            "ip xfrm policy)");
}

TEST_F(KernelDropReason, SettlesAConnection) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  b.serve_echo(80);
  block(b);
  EXPECT_EQ(why(reaches(a, tcp_to(b, 80), kShort)),
            "b's kernel drops it after it came in on eth0: XFRM_POLICY (a policy of IPsec: ip xfrm "
            "policy)");
}

TEST_F(KernelDropReason, LeavesNoTraceOfOursNorOfOneThatWasKilled) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  block(b);
  const int nobody = 5'000'000 + ::getpid();  // above PID_MAX_LIMIT
  const auto instance = [](int process) {
    return std::string(kInstances) + "/vethlab_why_" + std::to_string(process);
  };
  ASSERT_EQ(::mkdir(instance(nobody).c_str(), 0700), 0);
  EXPECT_FALSE(reaches(a, b, kShort));
  for (const int process : {nobody, ::getpid()})
    EXPECT_FALSE(std::filesystem::exists(instance(process))) << instance(process);
}

// A switch that learns nothing gives others copies, which they drop for a reason of their own.
TEST_F(KernelDropReason, IsOfThisPacketAndNotOfItsCopies) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  StarNet net(3);
  net.sw.shell("ip link set br0 type bridge ageing_time 0");
  block(net.host(2));
  EXPECT_EQ(
      why(reaches(net.host(1), net.host(2), kShort)),
      "h2's kernel drops it after it came in on eth0: XFRM_POLICY (a policy of IPsec: ip xfrm "
      "policy)");
}

// Interfaces of the same names, packets of the same size, dropped all the time.
TEST_F(KernelDropReason, IsNotThatOfOthersPackets) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  LineNet other;
  other.r.set_sysctl("net.ipv4.ip_forward", "0");
  other.a.spawn({"ping", "-q", "-i", "0.005", "10.0.2.2"});
  block(b);
  EXPECT_EQ(fault_of(),
            "b's kernel drops it after it came in on eth0: XFRM_POLICY (a policy of IPsec: ip xfrm "
            "policy)");
}

}  // namespace
