// What the READMEs' tables say in place of `ip`, Mininet, topotests and scripts, so that a compiler reads
// it, too: ci/examples.sh looks for each piece of code of theirs in this file. Nothing runs it.
#include <vethlab/vethlab.h>

#include <csignal>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace idioms {

void serve(int port);

void coming_from_ip_links(Lab& lab, Node& b, Node& r, Wire& wire) {
  Node& a = lab.add_node("a");
  lab.add_node("c", {.loopback = false});
  lab.add_node("r", {.forwarding = true});
  r.set_sysctl("net.ipv4.ip_forward", "1");
  lab.connect({a, "eth0", "10.0.0.1/24"}, {b, "eth0", "10.0.0.2/24"});
  a.add_veth("veth0", "ceth0");
  a.add_bridge("br0");
  lab.add_switch("sw");
  a.set_up("eth0");
  a.set_down("eth0");
  a.set_mtu("eth0", 1400);
  a.set_master("eth0", "br0");
  wire.set_down(a);
  wire.set_up();
  wire.drop_all();
  wire.pass_all();
  wire.set_impairment({.delay = 40ms, .jitter = 10ms, .loss_percent = 5});
  wire.set_impairment({});
  a.move("ceth0", b);
}

void coming_from_ip_routes(Lab& lab, Node& a) {
  a.add_address("eth0", "10.0.0.1/24");
  a.add_route({.to = "default", .via = "10.0.0.1"});
  a.add_route({.type = "blackhole", .to = "192.0.2.0/24"});
  (void)a.routes();
  (void)a.routes({.family = Family::kIpv6, .table = 100});
  (void)a.route_to("10.0.0.7", {.src = "10.0.0.1", .mark = 7});
  (void)a.links();
  (void)a.addresses();
  (void)a.neighbours();
  (void)a.rules();
  (void)a.fdb();
  EXPECT_THAT(a.listening_sockets(), Contains(AllOf(Protocol("tcp"), Port(179))));
  a.add_neighbour({.to = "10.0.0.9", .dev = "eth0", .lladdr = "02:00:00:00:00:09"});
  a.add_rule({.from = "10.0.0.9", .table = 100});
  Monitor m = a.monitor();
  (void)m.changes();
  lab.adopt_node("x");
  (void)a.wait_until([&] { return a.link("eth0").kind == "veth"; });
  EXPECT_EVENTUALLY(a.routes(), Contains(To("10.3.0.0/24")));
  EXPECT_EVENTUALLY(a.routes(), Contains(To("10.3.0.0/24")), 30s);
  EXPECT_STAYS(a.routes(), Contains(To("10.3.0.0/24")), 3s);
  EXPECT_REACHABILITY(lab, Reachability::all());
}

void coming_from_ping_and_nc(Lab& lab, Node& a, Node& b, Wire& wire) {
  (void)a.ping("10.0.0.2", {.count = 2});
  EXPECT_REACHABLE(a, "10.0.0.2", {.count = 2});
  EXPECT_THAT(a.stream(b,
                       [&] {
                         wire.set_down();
                         wire.set_up();
                       }),
              LongestGap(Lt(50ms)));
  EXPECT_REACHABLE(a, tcp_to("10.0.0.2", 443));
  EXPECT_REACHABLE(a, tcp_to(b, 443));
  EXPECT_UNREACHABLE(a, tcp_to(b, 81), FailsWith(ECONNREFUSED));
  EXPECT_REACHABLE(a, udp_to(b, 53));
  (void)a.probe(udp_to(b, 53));
  (void)lab.probe({{a, tcp_to(b, 443)}, {b, a}});
  EXPECT_THAT(a.throughput(b), Received(Ge(9e8)));
  (void)a.throughput(b, {.udp = true, .bitrate = 10'000'000});
  (void)a.throughput(b, {.reverse = true});
  Server& echo = b.serve_echo(7);
  (void)echo.clients();
  Server& web = b.serve_http(80, "hello");
  web.stop();
}

void coming_from_tcpdump(Node& a, Wire& wire) {
  Capture& seen = a.capture("eth0", "icmp");
  (void)seen.packets();
  a.capture("");
  wire.capture("icmp");
  seen.save("seen.pcapng", "a comment");  // eth0@a
  a.inject("eth0",
           UdpFrame{.src_mac = "02:00:00:00:00:01", .dst = "10.0.0.2", .dst_port = 53}.bytes());
}

void coming_from_programs(Lab& lab, Node& a, Node& r, const std::string& text) {
  (void)a.exec({"ip", "-br", "link"});
  a.shell("ip link set eth0 down; ip link set eth1 down");
  EXPECT_EVENTUALLY(a.json({"vtysh", "-c", "show ip bgp json"}),
                    HasJson(R"({"routes": {"10.3.0.0/24": [{"valid": true}]}})"));
  a.run([] { EXPECT_EQ(1, 1); });
  a.start([] { serve(80); }, {.ready = listens_on_tcp(80)});
  a.nft(text);
  a.iptables("-t nat -A POSTROUTING -j MASQUERADE");
  a.masquerade("eth0");
  a.publish(80, "172.18.0.10:5000");
  a.drop("icmp type echo-request");
  a.reject("tcp dport 80", {.with = RejectWith::kTcpReset});
  (void)a.firewall_rules();
  (void)a.firewall_chains();
  (void)a.connections();
  a.forget_connections();
  lab.add_node("r", {.private_dirs = {"/etc/frr", "/run/frr"}});
  r.write_file("/etc/frr/frr.conf", text);
  (void)r.read_file("/etc/frr/frr.conf");
  (void)a.exec({"ping", "-c1", "server"});
  Daemon& bgpd = a.spawn({"bgpd", "-f", "/etc/frr/bgpd.conf"}, {.ready = listens_on_tcp(179)});
  (void)bgpd.output();
  bgpd.signal(SIGHUP);
  bgpd.stop();
  bgpd.kill();
}

void coming_from_mininet_topotests_and_scripts(Lab& lab, Node& b, Node& h1, Node& r1, Wire& wire,
                                               Daemon& bgpd) {
  const Lab as_any_user{{.ids = Ids::kSubordinate}};
  EXPECT_REACHABILITY(lab, Reachability::all());
  h1.spawn({"bird", "-f", "-c", "/etc/bird/bird.conf"}, {.ready = listens_on_tcp(179)});
  wire.set_down();
  EXPECT_EVENTUALLY(r1.json({"vtysh", "-c", "show ip bgp json"}),
                    HasJson(R"({"routes": {"10.3.0.0/24": "*"}})"), 30s);
  r1.spawn({"/usr/lib/frr/bgpd"}, {.ready = listens_on_path("/run/frr/bgpd.vty")});
  bgpd.kill();
  r1.set_down("eth0");
  lab.add_node("a");
  Node& a = lab.node("a");
  lab.connect(a, b);
  a.spawn({"daemon"}, {.ready = listens_on_tcp(80)});
  EXPECT_REACHABLE(a, b);
}

}  // namespace idioms
