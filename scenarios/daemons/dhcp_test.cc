// dnsmasq and ISC's dhclient: a lease, its renewal, a pool that is empty, and DNS.
//
//     server eth0 192.0.2.1/24 ───────────── eth0 host
//     dnsmasq: 192.0.2.100 to .100
#include <vethlab/vethlab.h>

#include <chrono>
#include <csignal>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

class Dhcp : public Test {
 protected:
  void SetUp() override {
    needs_program("dnsmasq", "dnsmasq-base");
    needs_program("dhclient", "isc-dhcp-client");
  }

  // With --no-daemon it stays who it is: an ordinary user's lab has no other.
  Daemon& serve(const std::string& range) {
    return server.spawn(
        {"dnsmasq", "--no-daemon", "--log-dhcp", "--no-resolv", "--no-hosts", "--interface=eth0",
         "--bind-interfaces", "--dhcp-leasefile=/var/lib/misc/leases",
         "--pid-file=", "--dhcp-range=" + range, "--dhcp-option=3,192.0.2.1",
         "--dhcp-option=6,192.0.2.1", "--address=/www.example.net/192.0.2.80"},
        {.ready = listens_on_udp(67) && listens_on_tcp(53)});
  }
  Daemon& ask() {
    return host.spawn({"dhclient", "-d", "-4", "-lf", "/var/lib/dhcp/leases", "-pf",
                       "/var/lib/dhcp/pid", "eth0"});
  }

  Lab lab;
  Node& server = lab.add_node("server", {.private_dirs = {"/var/lib/misc"}});
  Node& host = lab.add_node("host", {.private_dirs = {"/etc", "/var/lib/dhcp"}});
  Wire& wire = lab.connect({server, "eth0", "192.0.2.1/24"}, {host, "eth0", Addresses{}});
  Capture& packets = server.capture("eth0", "udp port 67 or udp port 68");
};

TEST_F(Dhcp, Before_TheHostHasNoAddress) {
  EXPECT_UNREACHABLE(host, "192.0.2.1", FailsWith(ENETUNREACH));
}

TEST_F(Dhcp, TheHostGetsAnAddressARouterAndAResolver) {
  serve("192.0.2.100,192.0.2.100,2m");
  ask();
  EXPECT_EVENTUALLY(host.addresses(), Contains(AllOf(Inet("192.0.2.100/24"), Dev("eth0"))), 20s);
  EXPECT_EVENTUALLY(host.routes(), Contains(AllOf(To("default"), Via("192.0.2.1"), Dev("eth0"))));
  EXPECT_EVENTUALLY(host.read_file("/etc/resolv.conf"), HasSubstr("nameserver 192.0.2.1\n"));
  EXPECT_REACHABLE(host, server);
}

TEST_F(Dhcp, TheFourMessagesAreSeenInOrder) {
  serve("192.0.2.100,192.0.2.100,2m");
  Daemon& client = ask();
  EXPECT_EVENTUALLY(client.output(),
                    IsSupersetOf({ContainsRegex("^DHCPDISCOVER on eth0"),
                                  ContainsRegex("^DHCPOFFER of 192.0.2.100 from 192.0.2.1"),
                                  ContainsRegex("^DHCPREQUEST for 192.0.2.100 on eth0"),
                                  ContainsRegex("^DHCPACK of 192.0.2.100 from 192.0.2.1"),
                                  ContainsRegex("^bound to 192.0.2.100")}),
                    20s);
  EXPECT_THAT(packets.packets(), SizeIs(Ge(4U)));
}

TEST_F(Dhcp, TheHostsResolverAsksTheServer) {
  serve("192.0.2.100,192.0.2.100,2m");
  ask();
  ASSERT_EVENTUALLY(host.read_file("/etc/resolv.conf"), HasSubstr("nameserver 192.0.2.1\n"), 20s);
  EXPECT_THAT(host.exec({"getent", "ahostsv4", "www.example.net"}),
              Prints(StartsWith("192.0.2.80 ")));
}

// dnsmasq's shortest lease is two minutes; its timers are given in the answer.
TEST_F(Dhcp, ALeaseIsRenewedByUnicast) {
  Daemon& dnsmasq =
      server.spawn({"dnsmasq", "--no-daemon", "--log-dhcp", "--port=0", "--interface=eth0",
                    "--bind-interfaces", "--dhcp-leasefile=/var/lib/misc/leases",
                    "--pid-file=", "--dhcp-range=192.0.2.100,192.0.2.100,2m",
                    "--dhcp-option-force=58,3", "--dhcp-option-force=59,60"},
                   {.ready = listens_on_udp(67)});
  ask();
  ASSERT_EVENTUALLY(host.addresses(), Contains(Inet("192.0.2.100/24")), 20s);
  EXPECT_EVENTUALLY(packets.packets(),
                    Contains(AllOf(Src("192.0.2.100"), Dst("192.0.2.1"), DstPort(67))), 20s);
  EXPECT_TRUE(dnsmasq.running());
}

TEST_F(Dhcp, APoolThatIsEmptyGivesNothing) {
  Daemon& dnsmasq = serve("192.0.2.1,192.0.2.1,2m");  // the server's own address alone
  ask();
  EXPECT_EVENTUALLY(dnsmasq.output(), Contains(HasSubstr("no address available")), 20s);
  EXPECT_UNREACHABLE(host, "192.0.2.1", FailsWith(ENETUNREACH));
}

TEST_F(Dhcp, AReleasedLeaseIsGoneOnBothSides) {
  Daemon& dnsmasq = serve("192.0.2.100,192.0.2.100,2m");
  Daemon& client = ask();
  ASSERT_EVENTUALLY(client.output(), Contains(StartsWith("bound to 192.0.2.100")), 20s);
  EXPECT_THAT(host.exec({"dhclient", "-r", "-4", "-lf", "/var/lib/dhcp/leases", "-pf",
                         "/var/lib/dhcp/pid", "eth0"}),
              Succeeds());
  EXPECT_EQ(client.wait().signal, SIGTERM);  // the other one's first deed
  EXPECT_THAT(host.addresses(), Not(Contains(Inet("192.0.2.100/24"))));
  EXPECT_EVENTUALLY(dnsmasq.output(), Contains(HasSubstr("DHCPRELEASE(eth0) 192.0.2.100")));
}

}  // namespace
