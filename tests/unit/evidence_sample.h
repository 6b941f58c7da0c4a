// A failed test with some of everything, and networks to be drawn.
#pragma once

#include <vethlab/evidence/evidence.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace samples {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using vethlab::evidence::BrokenHop;
using vethlab::evidence::Event;
using vethlab::evidence::Evidence;
using vethlab::evidence::Interface;
using vethlab::evidence::Lab;
using vethlab::evidence::Node;
using vethlab::evidence::Time;
using vethlab::evidence::Wire;

inline Interface lo() {
  return {.name = "lo",
          .mtu = 65536,
          .up = true,
          .carrier = true,
          .addresses = {"127.0.0.1/8", "::1/128"}};
}

inline Interface veth(std::string name, std::vector<std::string> addresses) {
  return {.name = std::move(name),
          .mac = "02:00:00:00:00:01",
          .mtu = 1500,
          .up = true,
          .carrier = true,
          .kind = "veth",
          .addresses = std::move(addresses)};
}

inline Node node(std::string name, std::vector<Interface> interfaces) {
  interfaces.insert(interfaces.begin(), lo());
  return {.name = std::move(name), .interfaces = std::move(interfaces)};
}

inline Wire wire(std::string a, std::string a_dev, std::string b, std::string b_dev) {
  return {.a = {std::move(a), std::move(a_dev), true}, .b = {std::move(b), std::move(b_dev), true}};
}

inline std::string number(std::size_t i) { return std::to_string(i); }

inline Lab pair() {
  return {.nodes = {node("client", {veth("eth0", {"10.0.0.1/24", "fd00::1/64"})}),
                    node("server", {veth("eth0", {"10.0.0.2/24", "fd00::2/64"})})},
          .wires = {wire("client", "eth0", "server", "eth0")}};
}

inline Lab line_of_5() {
  Lab lab;
  const std::vector<std::string> names = {"client", "r1", "r2", "r3", "server"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<Interface> interfaces;
    if (i > 0) interfaces.push_back(veth("eth0", {"10.0." + number(i) + ".2/24"}));
    if (i + 1 < names.size())
      interfaces.push_back(veth(i == 0 ? "eth0" : "eth1", {"10.0." + number(i + 1) + ".1/24"}));
    lab.nodes.push_back(node(names[i], interfaces));
    lab.nodes.back().forwards = i > 0 && i + 1 < names.size();
    if (i > 0) lab.wires.push_back(wire(names[i - 1], i == 1 ? "eth0" : "eth1", names[i], "eth0"));
  }
  return lab;
}

inline Lab star_of_8() {
  Lab lab;
  lab.nodes.push_back(node("sw", {}));
  lab.nodes[0].is_switch = true;
  for (std::size_t i = 1; i <= 8; ++i) {
    lab.nodes.push_back(node("host" + number(i), {veth("eth0", {"10.0.0." + number(i) + "/24"})}));
    lab.wires.push_back(wire("host" + number(i), "eth0", "sw", "port" + number(i)));
  }
  return lab;
}

inline Lab ring_of(std::size_t size) {
  Lab lab;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t next = (i + 1) % size;
    const std::size_t before = (i + size - 1) % size;
    lab.nodes.push_back(node(
        "r" + number(i), {veth("to-r" + number(next), {"10." + number(i) + ".0.1/30"}),
                          veth("to-r" + number(before), {"10." + number(before) + ".0.2/30"})}));
    lab.nodes.back().forwards = true;
    lab.wires.push_back(
        wire("r" + number(i), "to-r" + number(next), "r" + number(next), "to-r" + number(i)));
  }
  return lab;
}

inline std::vector<Event> an_echo(Time at, const char* node, const char* dev, int hops_seen) {
  std::vector<Event> events;
  for (const char* direction : {"In ", "Out"}) {
    if (hops_seen-- == 0) break;
    events.push_back(
        {.at = at += 11us,
         .node = node,
         .source = dev,
         .text = std::string(direction) +
                 " IP 10.0.1.1 > 10.0.4.2: ICMP echo request, id 7, seq 1, length 64"});
  }
  return events;
}

// r2 has no route: what r2 is told of, it does not pass on.
inline Evidence rich() {
  Evidence e{.test = "Backbone.ClientReachesServerAcrossThreeRouters",
             .program = "/home/dev/backbone/build/backbone_test --gtest_filter=Backbone.*",
             .when = "2026-03-01 10:23:07 UTC"};
  e.failures = {
      {.file = "/home/dev/backbone/tests/backbone_test.cc",
       .line = 41,
       .text = "Expected: client reaches 10.0.4.2\n  Actual: ICMP net unreachable from 10.0.2.2 (1 "
               "echo sent)",
       .at = 1043ms},
      {.file = "/home/dev/backbone/tests/backbone_test.cc",
       .line = 44,
       .text = "Value of: r2.routes()\nExpected: contains at least one element that has to "
               "10.0.4.0/24\n"
               "  Actual:\n    10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.2\n"
               "    10.0.3.0/24 dev eth1 proto kernel scope link src 10.0.3.1",
       .at = 1048ms}};
  e.diagnosis =
      "r2 has no route to 10.0.4.2: it took the echo in on eth0 and sent an ICMP error back.\n"
      "Path: client ─ok→ r1 ─ok→ r2 ─✗   r3 and server never saw it";
  e.broken =
      BrokenHop{.node = "r2", .dev = "eth1", .what = "nothing leaves here: no route to 10.0.4.2"};
  Lab lab = line_of_5();
  lab.made = "backbone_test.cc:22";
  lab.nodes[2].snapshot =
      "# ip link\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n2: eth0@if2: "
      "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n"
      "3: eth1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n# ip -oneline address\n1: lo inet "
      "127.0.0.1/8 scope host lo\n"
      "2: eth0 inet 10.0.2.2/24 brd 10.0.2.255 scope global eth0\n3: eth1 inet 10.0.3.1/24 brd "
      "10.0.3.255 scope global eth1\n"
      "# ip route show table all\n10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.2\n"
      "10.0.3.0/24 dev eth1 proto kernel scope link src 10.0.3.1\n# nft list ruleset\ntable inet "
      "vethlab {\n"
      "\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n\t}\n}\n";
  lab.nodes[2].difference =
      "# ip link\n+ 2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n+ 3: eth1@if2: "
      "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n"
      "# ip -oneline address\n+ 2: eth0 inet 10.0.2.2/24 brd 10.0.2.255 scope global eth0\n"
      "+ 3: eth1 inet 10.0.3.1/24 brd 10.0.3.255 scope global eth1\n# ip route show table all\n"
      "+ 10.0.2.0/24 dev eth0 proto kernel scope link src 10.0.2.2\n"
      "+ 10.0.3.0/24 dev eth1 proto kernel scope link src 10.0.3.1\n- unreachable 10.0.4.0/24\n";
  lab.nodes[2].enter = "nsenter -t 4711 -U -n --preserve-credentials";
  lab.nodes[3].interfaces[2].up = false;
  lab.nodes[3].interfaces[2].carrier = false;
  lab.nodes[3].trouble = "its firewall: nft did not end within 2 s";
  lab.wires[3].a.up = lab.wires[3].b.up = false;
  e.labs = {lab};
  const auto step = [&](Time start, Time took, const char* of, const char* verb, int line,
                        const char* result = "") {
    e.steps.push_back({.start = start,
                       .took = took,
                       .node = of,
                       .verb = verb,
                       .file = "/home/dev/backbone/tests/backbone_test.cc",
                       .line = line,
                       .result = result});
  };
  step(1ms, 310us, "", "add_node client", 23);
  step(2ms, 305us, "", "add_node r2 {.forwarding = true}", 25);
  step(7ms, 1200us, "client--r1", "connect", 28);
  step(9ms, 1100us, "r1--r2", "connect", 29);
  step(13ms, 80us, "client", "add_route default via 10.0.1.2", 33);
  step(14ms, 60us, "r2", "add_route 10.0.4.0/24 via 10.0.9.9", 35,
       "Nexthop has invalid gateway (ENETUNREACH)");
  e.steps.back().failed = true;
  step(16ms, 21ms, "r2", "spawn bgpd -f /etc/frr/bgpd.conf", 37, "ready");
  step(1040ms, 2100us, "client", "ping 10.0.4.2", 41,
       "0 of 1 echo answered: ICMP net unreachable from 10.0.2.2");
  step(1050ms, 0us, "r3", "wait_until", 47);
  e.steps.back().took.reset();
  for (const char* dev : {"eth0", "eth1"})
    for (Event& event :
         an_echo(dev[3] == '0' ? 1040ms : 1040100us, dev[3] == '0' ? "r1" : "r2", dev, 2))
      e.events.push_back(event);
  for (int i = 0; i < 50; ++i)
    e.events.push_back({.at = 100ms + i * 10ms,
                        .node = "r2",
                        .source = "eth0",
                        .text = "In  IP 10.0.2.1.179 > 10.0.2.2.40312: Flags [P.], seq 1:20, ack "
                                "1, win 509, length 19: BGP"});
  e.events.push_back({.at = 18ms,
                      .kind = Event::Kind::kDaemonOut,
                      .node = "r2",
                      .source = "bgpd",
                      .text = "bgpd 8.4.4 starting: vty@2605, bgp@<all>:179"});
  e.events.push_back(
      {.at = 900ms,
       .kind = Event::Kind::kDaemonErr,
       .node = "r2",
       .source = "bgpd",
       .text = "[EC 33554451] 10.0.3.2 [FSM] unexpected packet received in state OpenSent"});
  e.daemons = {{.node = "r2",
                .argv = {"bgpd", "-f", "/etc/frr/bgpd.conf"},
                .end = "killed by SIGSEGV",
                .lines = {"bgpd 8.4.4 starting: vty@2605, bgp@<all>:179",
                          "[EC 33554451] 10.0.3.2 [FSM] unexpected packet"}},
               {.node = "r2",
                .argv = {"zebra", "-f", "/etc/frr/zebra.conf"},
                .lines = {"Zebra 8.4.4 starting"}}};
  e.captures = {
      {.node = "r2", .dev = "eth0", .filter = "icmp or tcp port 179", .packets = 51, .lost = 3}};
  e.files = {{"timeline.txt", "the timeline"},
             {"r2.txt", "snapshot of r2"},
             {"r2-eth0.pcapng", "packets seen on eth0 of r2"}};
  e.notes = {"network.svg: dot is not installed"};
  return e;
}

// What would do something in a page that believed it: wherever a text may stand.
constexpr const char* kHostile =
    "\"'></pre></script></style><img src=http://10.0.0.2/ onerror=\"document.title='owned'\">";

inline Evidence hostile() {
  Evidence e = rich();
  const std::string bad = std::string(kHostile) + "\xFF<script>document.title='owned'</script>";
  for (std::string* text : {&e.test, &e.program, &e.when, &e.diagnosis, &e.mermaid, &e.svg,
                            &e.broken->node, &e.broken->dev, &e.broken->what})
    *text += bad;
  e.diagnosis += "\n" + bad;
  for (auto& each : e.failures) each.file += bad, each.text += bad;
  for (auto& lab : e.labs) {
    lab.made += bad, lab.trouble += bad, lab.ended = true;
    for (auto& node : lab.nodes) {
      node.name += bad, node.snapshot += bad, node.difference += "+ " + bad, node.trouble += bad,
          node.enter += bad;
      for (auto& each : node.interfaces) {
        for (std::string* text : {&each.name, &each.mac, &each.kind, &each.master}) *text += bad;
        each.addresses.push_back(bad);
      }
    }
    for (auto& wire : lab.wires)
      for (auto* end : {&wire.a, &wire.b}) end->node += bad, end->dev += bad;
  }
  for (auto& each : e.steps)
    each.node += bad, each.verb += bad, each.file += bad, each.result += bad;
  for (auto& each : e.events) each.node += bad, each.source += bad, each.text += bad;
  for (auto& each : e.daemons)
    each.node += bad, each.argv.push_back(bad), each.end += bad, each.lines.push_back(bad);
  for (auto& each : e.captures) each.node += bad, each.dev += bad, each.filter += bad;
  for (auto& each : e.files) each.name += bad, each.what += bad;
  for (auto& each : e.notes) each += bad;
  return e;
}

}  // namespace samples
