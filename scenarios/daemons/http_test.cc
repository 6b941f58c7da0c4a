// The tutorial's last part with real programs: lighttpd in a container, its port published by the host,
// and curl in the world.
//
//     container eth0 172.18.0.10 ── 172.18.0.1 veth0 host wan 203.0.113.1 ── 203.0.113.2 eth0 world
#include <vethlab/vethlab.h>

#include <chrono>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

class Http : public Test {
 protected:
  void SetUp() override {
    needs_program("lighttpd", "lighttpd");
    needs_program("curl", "curl");
    container.add_route({.to = "default", .via = "172.18.0.1"});
    container.write_file("/srv/index.html", "<h1>a container</h1>\n");
    container.write_file("/etc/lighttpd/test.conf",
                         "server.document-root = \"/srv\"\nserver.port = 80\n"
                         "server.errorlog = \"/dev/stderr\"\n"
                         "index-file.names = (\"index.html\")\n");
  }

  Daemon& serve() {
    return container.spawn({"lighttpd", "-D", "-f", "/etc/lighttpd/test.conf"},
                           {.ready = listens_on_tcp(80)});
  }
  [[nodiscard]] ProgramResult fetch(const Node& from, const std::string& url) const {
    return from.exec({"curl", "-sS", "--max-time", "5", url});
  }

  Lab lab;
  Node& container = lab.add_node("container", {.private_dirs = {"/srv", "/etc/lighttpd"}});
  Node& host = lab.add_node("host", {.forwarding = true});
  Node& world = lab.add_node("world");
  Wire& inside =
      lab.connect({container, "eth0", "172.18.0.10/16"}, {host, "veth0", "172.18.0.1/16"});
  Wire& outside = lab.connect({host, "wan", "203.0.113.1/24"}, {world, "eth0", "203.0.113.2/24"});
};

TEST_F(Http, Before_NobodyServesTheHostsPort) {
  serve();
  EXPECT_THAT(fetch(world, "http://203.0.113.1:5000/"), Exits(7));  // curl(1): failed to connect
}

TEST_F(Http, TheHostFetchesThePage) {
  serve();
  EXPECT_THAT(fetch(host, "http://172.18.0.10/"), Prints("<h1>a container</h1>\n"));
}

TEST_F(Http, TheWorldFetchesThePageByThePublishedPort) {
  serve();
  host.publish(5000, "172.18.0.10:80");
  EXPECT_THAT(fetch(world, "http://203.0.113.1:5000/"), Prints("<h1>a container</h1>\n"));
}

TEST_F(Http, AServerThatHasCrashedRefuses) {
  Daemon& server = serve();
  EXPECT_THAT(server.kill().signal, SIGKILL);
  EXPECT_THAT(fetch(host, "http://172.18.0.10/"), Exits(7));
}

}  // namespace
