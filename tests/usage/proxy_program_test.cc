// The same proxy as a program, a black box, started in a node.
#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;

namespace {

// client ── middle (the proxy) ── backend
struct Chain {
  Lab lab;
  Node& client = lab.add_node("client");
  Node& middle = lab.add_node("middle");
  Node& backend = lab.add_node("backend");
  Wire& front = lab.connect({client, "eth0", "10.0.1.2/24"}, {middle, "eth0", "10.0.1.1/24"});
  Wire& rear = lab.connect({middle, "eth1", "10.0.2.1/24"}, {backend, "eth0", "10.0.2.2/24"});
  Daemon& proxy = middle.spawn({VETHLAB_PROXY, "10.0.1.1", "8080", "10.0.2.2", "9000"},
                               {.ready = listens_on_tcp(8080)});
};

TEST(ProxyProgram, CarriesBytesBothWays) {
  Chain net;
  Server& web = net.backend.serve_http(9000, "hello");
  EXPECT_THAT(net.client.exec({"curl", "-s", "http://10.0.1.1:8080/"}), Prints("hello"));
  EXPECT_THAT(web.clients(), ElementsAre(Src("10.0.2.1"))) << "the backend sees the proxy";
}

TEST(ProxyProgram, SaysSoWhenTheBackendRefuses) {
  Chain net;
  EXPECT_REACHABLE(net.client, tcp_to("10.0.1.1", 8080));
  EXPECT_EVENTUALLY(net.proxy.output(), ElementsAre("proxy: backend: Connection refused"));
}

TEST(ProxyProgram, EndsWhenItIsToldTo) {
  Chain net;
  EXPECT_THAT(net.proxy.stop(), AllOf(Exits(0), Prints(""), Complains("")));
  EXPECT_UNREACHABLE(net.client, tcp_to("10.0.1.1", 8080), FailsWith(ECONNREFUSED));
}

TEST(ProxyProgram, NeedsAnAddressOfItsOwn) {
  Chain net;
  EXPECT_THAT(net.middle.exec({VETHLAB_PROXY, "10.0.2.2", "8080", "10.0.2.2", "9000"}),
              AllOf(Exits(1), Complains("proxy: listen: Cannot assign requested address\n")));
}

}  // namespace
