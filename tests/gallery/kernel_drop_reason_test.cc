// What the kernel itself says of a drop, where nothing else tells: to root, and as evidence only.
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
constexpr const char* kSays =
    "with each of three more probes the kernel drops something, for one reason: ";

struct KernelDropReason : Line {
  void SetUp() override {
    Line::SetUp();
    std::ifstream format("/sys/kernel/tracing/events/skb/kfree_skb/format");
    const std::string text{std::istreambuf_iterator<char>(format), {}};
    if (::geteuid() != 0) lacks_ = "takes root";
    else if (::access(kInstances, W_OK) != 0) lacks_ = "takes tracefs, mounted";
    else if (text.find("XFRM_POLICY") == std::string::npos)
      lacks_ = "needs Linux 5.17, whose tracepoint skb:kfree_skb gives reasons";
    block_what_comes(b);
  }
  static void block_what_comes(Node& node) {
    const auto made = node.exec({"ip", "xfrm", "policy", "add", "src", "10.0.0.0/8", "dst",
                                 "10.0.0.0/8", "dir", "in", "action", "block"});
    if (made.exit_code != 0) GTEST_SKIP() << "no policies of IPsec in this kernel: " << made.err;
  }
  std::string lacks_ = {};
};

// No other part of the diagnosis knows of it: nobody is accused.
TEST_F(KernelDropReason, IsEvidenceOfAPolicyOfIpsec) {
  const auto verdict = reaches(a, b, kShort);
  EXPECT_THAT(why(verdict),
              StartsWith("the packet was last seen coming in at b's eth0; what is known"));
  if (!lacks_.empty()) {
    EXPECT_THAT(verdict.message(), Not(HasSubstr(kSays)));
    GTEST_SKIP() << lacks_;
  }
  EXPECT_THAT(verdict.message(), HasSubstr(std::string(kSays) + "XFRM_POLICY"));
}

TEST_F(KernelDropReason, LeavesNoTraceOfOursNorOfOneThatWasKilled) {
  if (!lacks_.empty()) GTEST_SKIP() << lacks_;
  const int nobody = 5'000'000 + ::getpid();  // above PID_MAX_LIMIT
  const auto instance = [](int process) {
    return std::string(kInstances) + "/vethlab_why_" + std::to_string(process);
  };
  ASSERT_EQ(::mkdir(instance(nobody).c_str(), 0700), 0);
  EXPECT_FALSE(reaches(a, b, kShort));
  for (const int process : {nobody, ::getpid()})
    EXPECT_FALSE(std::filesystem::exists(instance(process))) << instance(process);
}

// Another host overhears the frame, and drops it for a reason of its own.
TEST_F(KernelDropReason, IsNotToldOfTwo) {
  StarNet net(3);
  net.sw.shell("ip link set br0 type bridge ageing_time 0");
  block_what_comes(net.host(2));
  const auto verdict = reaches(net.host(1), net.host(2), kShort);
  EXPECT_THAT(why(verdict), StartsWith("the packet was last seen coming in at h2's eth0; what is"));
  EXPECT_THAT(verdict.message(), Not(HasSubstr(kSays)));
}

}  // namespace
