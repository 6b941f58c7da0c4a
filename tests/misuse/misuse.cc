// Each branch but 0 must not compile, and the compiler must say one of the texts expected.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

void f(Lab& lab, Node& a, Node& b) {
  (void)lab, (void)a, (void)b;
#if MISUSE == 0
  lab.connect({a, "eth0", {"10.0.0.1/24", "fd00::1/64"}, {.mtu = 9000}}, b);
#elif MISUSE == 1
  // Addresses where the interface's name belongs.
  // expect: no matching function
  // expect: cannot convert
  lab.connect({a, {"10.0.0.1/24", "fd00::1/64"}}, b);
#elif MISUSE == 2
  // A lab is neither copied nor moved.
  // expect: deleted
  Lab other = std::move(lab);
#elif MISUSE == 3
  // "Unreachable" always says why.
  // expect: too few arguments
  // expect: no matching function
  EXPECT_UNREACHABLE(a, b);
#elif MISUSE == 4
  // Fields in the order in which `ip` prints them.
  // expect: designator order
  // expect: declaration order
  a.add_route({.via = "10.0.0.1", .to = "10.0.0.0/8"});
#elif MISUSE == 5
  // Nodes are named by reference.
  // expect: deleted
  auto other = a;
#elif MISUSE == 6
  // A report that nobody reads. (GoogleTest's own build flags make it an error.)
  // expect: nodiscard
  // expect: unused
#pragma GCC diagnostic error "-Wunused-result"
  a.ping("10.0.0.1");
#elif MISUSE == 7
  // A route has no such field.
  // expect: no member named
  // expect: has no member
  EXPECT_THAT(a.routes(), Contains(Master("br0")));
#elif MISUSE == 8
  // Two literals are not one text.
  // expect: no matching function
  // expect: no matching constructor
  // expect: cannot convert
  a.set_up({"eth0", "eth1"});
#elif MISUSE == 9
  // A number is not an address.
  // expect: no viable conversion
  // expect: no matching function
  // expect: cannot convert
  // expect: could not convert
  a.add_address("eth0", 24);
#elif MISUSE == 10
  // What would point into a process that is gone.
  // expect: would point into a process that is gone
  (void)a.run([] { return std::string_view("x"); });
#elif MISUSE == 11
  // expect: would point into a process that is gone
  (void)a.run([] { return "x"; });
#elif MISUSE == 12
  // expect: would point into a process that is gone
  (void)a.run([] { return std::vector<const char*>{}; });
#elif MISUSE == 13
  // expect: takes a closure that returns nothing
  a.start([] { return 3; });
#elif MISUSE == 14
  // A program and its arguments are a list.
  // expect: no matching function
  // expect: cannot convert
  // expect: could not convert
  // expect: no viable conversion
  // expect: could not bind
  (void)a.exec("ip link");
#elif MISUSE == 15
  // A script is one text.
  // expect: no matching
  // expect: cannot convert
  // expect: could not convert
  // expect: no viable conversion
  a.shell({"ip", "link"});
#endif
}
