// Duplicate address detection: an IPv6 address that is there is not yet one that works.
//
//   a ── b        a's eth0 detects duplicates, as every interface does outside of this lab
//
// Believed: an address works as soon as `ip address` shows it. For one to two seconds it is tentative
// (RFC 4862, 5.4): neighbours' questions for it are not answered, and nothing can be sent from it. Scripts
// sleep for that. An interface that never had a carrier waits with asking; one that has lost it asks all
// the same, is heard by nobody, and takes that for a yes.
// (Nodes have detection off, so that tests needn't wait; vethlab's own add_address waits where it is on.
// Here `ip` adds the addresses, and returns at once.)
#include <vethlab/fixtures/pair.h>

#include <cerrno>
#include <chrono>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

class Dad : public PairTest {
 protected:
  Dad() {
    a.set_sysctl("net.ipv6.conf.eth0.accept_dad", "1");
    a.set_sysctl("net.ipv6.conf.eth0.dad_transmits", "3");  // 3 s at least
  }

  // … and 1 s.
  static void ask_once(Node& node, const std::string& dev) {
    const std::string conf = "net.ipv6.conf." + dev + ".";
    node.set_sysctl(conf + "accept_dad", "1");
    node.set_sysctl(conf + "dad_transmits", "1");
    node.set_sysctl(conf + "router_solicitation_delay", "0");  // the first one waits up to that
  }

  static Matcher<const InterfaceAddress&> IsNoDuplicate() {
    return Field("dadfailed", &InterfaceAddress::dadfailed, false);
  }

  [[nodiscard]] bool tentative() const {
    for (const InterfaceAddress& address : a.addresses())
      if (address.address == Prefix("fd00::9/64")) return address.tentative;
    ADD_FAILURE() << "fd00::9/64 is not there:\n" << PrintToString(a.addresses());
    return false;
  }
};

TEST_F(Dad, WhileItRunsTheAddressIsNotAnsweredFor) {
  a.shell("ip address add fd00::9/64 dev eth0");
  EXPECT_UNREACHABLE(b, "fd00::9", GetsNoAnswer(), {.timeout = 100ms});
  EXPECT_TRUE(tentative());
}

TEST_F(Dad, WhileItRunsNothingCanBeSentFromTheAddress) {
  a.shell("ip address add fd00::9/64 dev eth0");
  EXPECT_UNREACHABLE(a, "fd00::2", FailsWith(EINVAL), {.src = "fd00::9"});
  EXPECT_TRUE(tentative());
}

TEST_F(Dad, WhileItRunsAnotherAddressIsTheSource) {
  a.shell("ip address add 2001:db8::9/64 dev eth0");
  EXPECT_THAT(a.route_to("2001:db8::2"), AllOf(Dev("eth0"), Src("fd00::1")));
}

TEST_F(Dad, DoneTheAddressWorks) {
  ask_once(a, "eth0");
  a.shell("ip address add fd00::9/64 dev eth0");
  EXPECT_TRUE(a.wait_until([&] { return !tentative(); }));
  EXPECT_REACHABLE(b, "fd00::9");
  EXPECT_REACHABLE(a, "fd00::2", {.src = "fd00::9"});
}

TEST_F(Dad, IsWaitedForByAddAddress) {
  ask_once(a, "eth0");
  const auto before = std::chrono::steady_clock::now();
  a.add_address("eth0", "fd00::9/64");
  EXPECT_GE(std::chrono::steady_clock::now() - before, 900ms);  // 1 s, less a tick or two
  EXPECT_REACHABLE(b, "fd00::9");
}

TEST_F(Dad, WaitsForTheFirstCarrier) {
  a.add_veth("v0", "v1");
  ask_once(a, "v0");
  a.set_up("v0");
  a.shell("ip address add fd00::9/64 dev v0");
  EXPECT_FALSE(a.wait_until([&] { return !tentative(); }, 1500ms));
  a.set_up("v1");
  EXPECT_TRUE(a.wait_until([&] { return !tentative(); }));
}

TEST_F(Dad, WithoutTheCarrierItHadAsksNobodyAndSucceeds) {
  b.add_address("eth0", "fd00::9/64");
  ask_once(a, "eth0");
  wire.set_down(a);
  a.shell("ip address add fd00::9/64 dev eth0");
  EXPECT_TRUE(a.wait_until([&] { return !tentative(); }));
  wire.set_up();
  EXPECT_THAT(a.addresses(), Contains(AllOf(Inet("fd00::9/64"), IsNoDuplicate())));
}

TEST_F(Dad, WithCarrierFindsTheSameDuplicate) {
  b.add_address("eth0", "fd00::9/64");
  a.shell("ip address add fd00::9/64 dev eth0");
  EXPECT_TRUE(a.wait_until([&] {
    return Matches(Contains(AllOf(Inet("fd00::9/64"), Not(IsNoDuplicate()))))(a.addresses());
  }));
}

// The plain counterpart. Others can ask for it when the kernel has joined its solicited-node group (RFC 4861), which
// it does a moment after that program has ended.
TEST_F(Dad, NotAskedForTheAddressWorksAtOnce) {
  a.shell("ip address add fd00::9/64 dev eth0 nodad");
  EXPECT_FALSE(tentative());
  ASSERT_EVENTUALLY(a.exec({"ip", "maddress", "show", "dev", "eth0"}),
                    Prints(HasSubstr("ff02::1:ff00:9")));
  EXPECT_REACHABLE(a, "fd00::2", {.src = "fd00::9"});
}

}  // namespace
