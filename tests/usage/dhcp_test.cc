// Two DHCP clients' tests (dhclient; dhcpcd, which watches its cable), against a real server.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

struct DhcpNet {
  // No automatic addresses: the client has to get one.
  Lab lab{LabOptions{.plan = {}, .patience = 20s}};
  Node& lan = lab.add_switch("lan");
  Node& server = lab.add_node("server", {.private_dirs = {"/var/lib/misc"}});
  Node& host = lab.add_node("host", {.private_dirs = {"/etc", "/var/lib/dhcp", "/var/lib/dhcpcd"}});
  Wire& server_wire = lab.connect({server, "eth0", "192.0.2.1/24"}, lan);
  Wire& host_wire = lab.connect({host, "eth0", {}, {.mac = "02:00:00:00:00:42"}}, lan);
  Capture& wire = server.capture("eth0", "udp port 67 or udp port 68");

  static Daemon& serve(const Node& by, const std::string& range, const std::string& router) {
    return by.spawn({"dnsmasq", "-d", "-i", "eth0", "--dhcp-range=" + range,
                     "--dhcp-option=3," + router, "--dhcp-option-force=58,3"},  // T1: 3 s
                    {.ready = listens_on_udp(67)});
  }
  Daemon& serve(const std::string& range) const { return serve(server, range, "192.0.2.1"); }
};

class Dhcp : public Test, protected DhcpNet {
 protected:
  void SetUp() override {
    needs_program("dnsmasq", "dnsmasq-base");
    needs_program("dhclient", "isc-dhcp-client");
  }
  Daemon& client() { return host.spawn({"dhclient", "-d", "eth0"}); }
};

TEST_F(Dhcp, ConfiguresAddressRouteAndResolver) {
  serve("192.0.2.100,192.0.2.100,2m");
  client();
  ASSERT_EVENTUALLY(host.addresses(), Contains(AllOf(Inet("192.0.2.100/24"), Dev("eth0"))));
  EXPECT_EVENTUALLY(host.routes(), Contains(AllOf(To("default"), Via("192.0.2.1"), Dev("eth0"))));
  EXPECT_EVENTUALLY(host.read_file("/etc/resolv.conf"), HasSubstr("nameserver 192.0.2.1\n"));
  EXPECT_REACHABLE(host, server);
}

TEST_F(Dhcp, RenewsByUnicastWhenItIsTime) {
  serve("192.0.2.100,192.0.2.100,2m");
  client();
  EXPECT_EVENTUALLY(wire.packets(),
                    Contains(AllOf(Src("192.0.2.100"), Dst("192.0.2.1"), DstPort(67))));
}

TEST_F(Dhcp, RetriesUntilAServerAppears) {
  const Daemon& daemon = client();
  ASSERT_EVENTUALLY(wire.packets(), SizeIs(Ge(2U)));  // two DISCOVERs unanswered
  EXPECT_TRUE(daemon.running());
  serve("192.0.2.100,192.0.2.100,2m");
  EXPECT_EVENTUALLY(host.addresses(), Contains(Inet("192.0.2.100/24")), 30s);
}

TEST_F(Dhcp, GetsNoAddressThatSomebodyHas) {
  Node& squatter = lab.add_node("squatter");
  lab.connect({squatter, "eth0", "192.0.2.100/24"}, lan);
  serve("192.0.2.100,192.0.2.101,2m");
  client();
  EXPECT_EVENTUALLY(host.addresses(), Contains(Inet("192.0.2.101/24")));
  EXPECT_THAT(host.addresses(), Not(Contains(Inet("192.0.2.100/24"))));
}

TEST_F(Dhcp, LeavesNothingBehindWhenItIsToldToRelease) {
  const Snapshot before = host.snapshot();
  serve("192.0.2.100,192.0.2.100,2m");
  Daemon& daemon = client();
  ASSERT_EVENTUALLY(daemon.output(), Contains(StartsWith("bound to 192.0.2.100")));
  EXPECT_THAT(host.exec({"dhclient", "-r", "eth0"}), Succeeds());
  EXPECT_THAT(daemon.wait(), KilledBy(SIGTERM));  // dhclient -r's first deed
  EXPECT_THAT(host.snapshot(), IsUnchangedSince(before));
}

class DhcpCable : public Test, protected DhcpNet {
 protected:
  void SetUp() override {
    needs_program("dnsmasq", "dnsmasq-base");
    needs_program("dhcpcd", "dhcpcd-base");
    // Without its account it does not spread over processes of several users, which an ordinary user's lab
    // lacks.
    host.shell("sed -i /^dhcpcd:/d /etc/passwd");
  }
  Daemon& client() {
    return host.spawn({"dhcpcd", "--nobackground", "--nodelay", "--noarp", "-4", "eth0"});
  }
};

TEST_F(DhcpCable, ThatIsPulledTakesTheAddressAlong) {
  serve("192.0.2.100,192.0.2.100,2m");
  client();
  ASSERT_EVENTUALLY(host.routes(), Contains(AllOf(To("default"), Via("192.0.2.1"), Dev("eth0"))));
  host_wire.set_down(host);
  ASSERT_EVENTUALLY(host.addresses(), Not(Contains(Inet("192.0.2.100/24"))));
  const std::size_t before = wire.packets().size();
  host_wire.set_up();
  EXPECT_EVENTUALLY(wire.packets(), SizeIs(Gt(before)));  // it asks again: long before its renewal
  EXPECT_EVENTUALLY(host.addresses(), Contains(Inet("192.0.2.100/24")));
  EXPECT_REACHABLE(host, server);
}

TEST_F(DhcpCable, ThatIsMovedToAnotherNetworkGetsAnAddressThere) {
  Node& cellar = lab.add_switch("cellar");
  Node& other = lab.add_node("other", {.private_dirs = {"/var/lib/misc"}});
  lab.connect({other, "eth0", "198.51.100.1/24"}, cellar);
  serve("192.0.2.100,192.0.2.100,2m");
  serve(other, "198.51.100.7,198.51.100.7,2m", "198.51.100.1");
  client();
  ASSERT_EVENTUALLY(host.addresses(), Contains(Inet("192.0.2.100/24")));

  const std::string port = host_wire.b().dev;
  lan.move(port, cellar);
  cellar.set_master(port, "br0");
  cellar.set_up(port);
  EXPECT_EVENTUALLY(host.addresses(), Contains(Inet("198.51.100.7/24")));
  EXPECT_EVENTUALLY(host.routes(), Contains(AllOf(To("default"), Via("198.51.100.1"))));
  EXPECT_THAT(host.addresses(), Not(Contains(Inet("192.0.2.100/24"))));
  EXPECT_REACHABLE(host, other);
}

}  // namespace
