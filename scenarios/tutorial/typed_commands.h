#pragma once

#include "machine.h"

#include <iostream>

// Commands and what they print, shown as on the reader's screen.
class TypedCommands : public testing::Test, protected Machine {
 protected:
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
};

// What ping(8) says.
inline auto LosesAll() {
  return testing::AllOf(vethlab::Exits(1), vethlab::Prints(testing::HasSubstr("100% packet loss")));
}
