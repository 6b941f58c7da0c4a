#pragma once

#include <vethlab/vethlab.h>

#include <iostream>

// The reader's machine, `host`, and beyond its network card the world. Commands and what they print
// are shown as on the reader's screen.
class TypedCommands : public testing::Test {
 protected:
  TypedCommands() {
    uplink.add_address("lo", "8.8.8.8/32");
    host.add_route({.to = "default", .via = "10.0.2.2", .dev = "eth0", .metric = 100});
  }

  static vethlab::ProgramResult run(const vethlab::Node& node, const vethlab::Argv& argv) {
    vethlab::ProgramResult result = node.exec(argv);
    std::cout << "  " << node.name() << "#";
    for (const std::string& each : argv) std::cout << ' ' << each;
    std::cout << '\n' << result.out << result.err;
    return result;
  }

  static void type(const vethlab::Node& node, const char* command) {
    std::cout << "  " << node.name() << "# " << command << '\n';
    node.shell(command);
  }

  // Programs do not wait until packets pass, and a reader takes longer to type.
  static void await_carrier(const vethlab::Node& node, const char* dev) {
    EXPECT_TRUE(node.wait_until([&] { return testing::Matches(vethlab::IsUp())(node.link(dev)); }));
  }

  vethlab::Lab lab;
  vethlab::Node& uplink = lab.add_node("uplink");
  vethlab::Node& host = lab.add_node("host");
  vethlab::Wire& card =
      lab.connect({uplink, "eth0", "10.0.2.2/24"}, {host, "eth0", "10.0.2.15/24"});
};

// What ping(8) says.
inline auto LosesAll() {
  return testing::AllOf(vethlab::Exits(1), vethlab::Prints(testing::HasSubstr("100% packet loss")));
}
