// Two hosts on a bridge.
#pragma once

#include "why.h"

namespace gallery {

struct Bridged : testing::Test {
  vethlab::Lab lab;
  vethlab::Node& sw = lab.add_switch("sw");
  vethlab::Node& a = lab.add_node("a");
  vethlab::Node& b = lab.add_node("b");
  vethlab::Wire& left = lab.connect({a, "eth0", "10.0.0.1/24"}, {sw, "port0"});
  vethlab::Wire& right = lab.connect({b, "eth0", "10.0.0.2/24"}, {sw, "port1"});
  std::string fault_of() { return why(reaches(a, b, kShort)); }
};

}  // namespace gallery
