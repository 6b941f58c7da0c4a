#include <vethlab/vethlab.h>

#include <cerrno>

using namespace vethlab;

TEST(Reach, ClientReachesServerAndNothingElse) {
  Lab lab;
  Node& client = lab.add_node("client");
  Node& server = lab.add_node("server");
  // Up when this returns: the first packet passes.
  lab.connect({client, "eth0", "10.0.0.1/24"}, {server, "eth0", "10.0.0.2/24"});

  EXPECT_REACHABLE(client, server);
  EXPECT_UNREACHABLE(client, "8.8.8.8", FailsWith(ENETUNREACH));
}
