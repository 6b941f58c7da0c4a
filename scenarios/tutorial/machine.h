#pragma once

#include <vethlab/vethlab.h>

#include <iostream>

// The machine before the tutorial begins: `host`, its "root namespace", with one network card, and
// beyond that the world. Nothing of the machine that runs this is touched.
struct Machine {
  // No plan: an address is somewhere because a test says so.
  vethlab::Lab lab{vethlab::LabOptions{.plan = {}}};
  vethlab::Node& uplink = lab.add_node("uplink");
  vethlab::Node& host = lab.add_node("host");
  vethlab::Wire& card =
      lab.connect({uplink, "eth0", "10.0.2.2/24"}, {host, "eth0", "10.0.2.15/24"});

  Machine() {
    uplink.add_address("lo", "8.8.8.8/32");
    host.add_route({.to = "default", .via = "10.0.2.2", .dev = "eth0", .metric = 100});
  }
};

// What a reader of the tutorial sees on the screen at this step.
template <class T>
void show(const vethlab::Node& node, const char* command, const T& answer) {
  std::cout << "  " << node.name() << "# " << command << testing::PrintToString(answer) << "\n";
}
