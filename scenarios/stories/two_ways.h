#pragma once

#include <vethlab/vethlab.h>

// Two hosts and two ways between them. The stories say who takes which.
//
//              ┌─ eth0 ── r1 ── eth0 ─┐
//     client ──┤                      ├── server       client 192.0.2.1, server 198.51.100.1, on their lo
//              └─ eth1 ── r2 ── eth1 ─┘
struct TwoWays {
  vethlab::Lab lab;
  vethlab::Node& client = lab.add_node("client");
  vethlab::Node& server = lab.add_node("server");
  vethlab::Node& r1 = lab.add_node("r1", {.forwarding = true});
  vethlab::Node& r2 = lab.add_node("r2", {.forwarding = true});

  TwoWays() {
    lab.connect({client, "eth0", "10.0.1.2/24"}, {r1, "eth0", "10.0.1.1/24"});
    lab.connect({client, "eth1", "10.0.2.2/24"}, {r2, "eth0", "10.0.2.1/24"});
    lab.connect({server, "eth0", "10.0.3.2/24"}, {r1, "eth1", "10.0.3.1/24"});
    lab.connect({server, "eth1", "10.0.4.2/24"}, {r2, "eth1", "10.0.4.1/24"});
    client.add_address("lo", "192.0.2.1/32");
    server.add_address("lo", "198.51.100.1/32");
  }
};
