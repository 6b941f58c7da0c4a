// radvd and stateless address autoconfiguration (RFC 4862): a router that says who it is, and a host that
// listens.
//
//     router eth0 fd00:1::1/64 ───────────── eth0 host
//     radvd: prefix fd00:1::/64
#include <vethlab/vethlab.h>

#include <chrono>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

class Radvd : public Test {
 protected:
  void SetUp() override {
    needs_program("radvd", "radvd");
    host.set_sysctl("net.ipv6.conf.eth0.accept_ra", "1");
    host.set_sysctl("net.ipv6.conf.eth0.autoconf", "1");
  }

  // It advertises before it does: proc(5), SigCgt, of which SIGTERM is bit 14.
  static bool catches(const Node& node) {
    return node.exec({"sh", "-c",
                      "grep -q 'SigCgt:.*[4-7c-f]...$' /proc/$(cat /etc/radvd/radvd.pid)/status"})
               .exit_code == 0;
  }

  void configure(int lifetime) {
    router.write_file(
        "/etc/radvd/radvd.conf",
        "interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; "
        "AdvDefaultLifetime " +
            std::to_string(lifetime) + "; prefix fd00:1::/64 {}; };\n");
  }
  Daemon& advertise(int lifetime = 1800) {
    configure(lifetime);
    return router.spawn(
        {"radvd", "-n", "-m", "stderr", "-C", "/etc/radvd/radvd.conf", "-p",
         "/etc/radvd/radvd.pid"},
        {.ready = exists("/etc/radvd/radvd.pid") && Ready("it catches SIGTERM", catches)});
  }
  [[nodiscard]] std::vector<Route> routes() const { return host.routes({.family = Family::kIpv6}); }

  Lab lab;
  Node& router = lab.add_node("router", {.forwarding = true, .private_dirs = {"/etc/radvd"}});
  Node& host = lab.add_node("host");
  Wire& wire = lab.connect({router, "eth0", "fd00:1::1/64"}, {host, "eth0", "192.0.2.1/24"});
};

TEST_F(Radvd, Before_TheHostHasNoRouter) {
  EXPECT_THAT(routes(), Not(Contains(To("default"))));
  EXPECT_UNREACHABLE(host, "fd00:1::1", FailsWith(ENETUNREACH));
}

TEST_F(Radvd, TheHostFindsTheRouter) {
  advertise();
  EXPECT_EVENTUALLY(routes(), Contains(AllOf(To("default"), Dev("eth0"), Proto("ra"))), 15s);
}

TEST_F(Radvd, TheHostFormsAnAddressOfThePrefix) {
  advertise();
  EXPECT_EVENTUALLY(host.address("eth0", Family::kIpv6).text(), StartsWith("fd00:1:"), 15s);
  EXPECT_EVENTUALLY(host.ping("fd00:1::1"), Replies(), 15s);
}

TEST_F(Radvd, ALifetimeOf0TakesTheRouterAway) {
  Daemon& daemon = advertise();
  ASSERT_EVENTUALLY(routes(), Contains(To("default")), 15s);
  configure(0);
  daemon.signal(SIGHUP);
  EXPECT_EVENTUALLY(routes(), Not(Contains(To("default"))), 15s);
}

// As RFC 4861 6.2.5 asks of it: its last words have a lifetime of 0.
TEST_F(Radvd, OneThatIsStoppedSaysGoodbye) {
  Daemon& daemon = advertise();
  ASSERT_EVENTUALLY(routes(), Contains(To("default")), 15s);
  EXPECT_THAT(daemon.stop(), Exits(0));
  EXPECT_EVENTUALLY(routes(), Not(Contains(To("default"))));
}

TEST_F(Radvd, OneThatCrashesDoesNot) {
  Daemon& daemon = advertise();
  ASSERT_EVENTUALLY(routes(), Contains(To("default")), 15s);
  (void)daemon.kill();
  EXPECT_STAYS(routes(), Contains(To("default")), 1s);
}

}  // namespace
