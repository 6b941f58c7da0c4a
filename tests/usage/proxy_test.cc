// A TCP proxy *library*, tested in the test process: its sockets are born in the lab's nodes, its
// thread, the mocks and the breakpoints are here.
#include <vethlab/vethlab.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "proxy.h"

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// --- the test's own helpers ---

sockaddr_in in4(const char* address, std::uint16_t port) {
  sockaddr_in name{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
  ::inet_pton(AF_INET, address, &name.sin_addr);
  return name;
}

void listen_on(const UniqueFd& fd, const sockaddr_in& at) {
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  ASSERT_EQ(::listen(fd.get(), 128), 0);
}

// Echoes to all who connect, for ever.
void serve_echo(std::uint16_t port) {
  const UniqueFd server(::socket(AF_INET, SOCK_STREAM, 0));
  listen_on(server, in4("0.0.0.0", port));
  std::vector<pollfd> events = {{server.get(), POLLIN, 0}};
  for (;;) {
    ASSERT_GT(::poll(events.data(), events.size(), -1), 0);
    if (events[0].revents != 0)
      events.push_back({::accept(server.get(), nullptr, nullptr), POLLIN, 0});
    for (std::size_t i = 1; i < events.size(); ++i) {
      char bytes[4096];
      if (events[i].revents == 0) continue;
      const ssize_t got = ::recv(events[i].fd, bytes, sizeof bytes, 0);
      if (got > 0) (void)!::send(events[i].fd, bytes, static_cast<std::size_t>(got), MSG_NOSIGNAL);
      else events[i].fd = (::close(events[i].fd), -1);
    }
  }
}

UniqueFd connect_to(const char* address, std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in to = in4(address, port);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  return fd;
}

// What comes back until as much has come as was said, or the other side ends.
std::string talk(const char* address, std::uint16_t port, std::string_view text) {
  const UniqueFd fd = connect_to(address, port);
  EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
  std::string answer(text.size(), '\0');
  const ssize_t got = ::recv(fd.get(), answer.data(), answer.size(), MSG_WAITALL);
  answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return answer;
}

// client ── middle (the proxy) ── backend
struct Chain {
  explicit Chain(Proxy::OnError on_error = [](int) {}) : on_error_(std::move(on_error)) {}

  Proxy::OnError on_error_;
  Lab lab;
  Node& client = lab.add_node("client");
  Node& middle = lab.add_node("middle");
  Node& backend = lab.add_node("backend");
  Wire& front = lab.connect({client, "eth0", "10.0.1.2/24"}, {middle, "eth0", "10.0.1.1/24"});
  Wire& rear = lab.connect({middle, "eth1", "10.0.2.1/24"}, {backend, "eth0", "10.0.2.2/24"});

  UniqueFd listening = listen_in_middle();
  Proxy proxy{listening.get(), [this] { return middle.socket(AF_INET, SOCK_STREAM).release(); },
              in4("10.0.2.2", 9000), on_error_};

  UniqueFd listen_in_middle() {
    UniqueFd fd = middle.socket(AF_INET, SOCK_STREAM);
    listen_on(fd, in4("10.0.1.1", 8080));
    return fd;
  }
};

// --- the tests ---

TEST(ProxyTest, SaysSoWhenTheBackendRefuses) {
  MockFunction<void(int)> error;           // a mock, in this process, on real packets
  EXPECT_CALL(error, Call(ECONNREFUSED));  // nobody listens there
  Chain net(error.AsStdFunction());
  EXPECT_EQ(net.client.run([] { return talk("10.0.1.1", 8080, "hello"); }), "");
}

TEST(ProxyTest, CarriesBytesBothWays) {
  Chain net;
  net.backend.start([] { serve_echo(9000); }, {.ready = listens_on_tcp(9000)});

  const std::string answer = net.client.run([] { return talk("10.0.1.1", 8080, "hello"); });

  EXPECT_EQ(answer, "hello");
}

TEST(ProxyTest, EndsTheClientWhenTheBackendEnds) {
  Chain net;
  Job& server = net.backend.start(
      [] {
        const UniqueFd listener(::socket(AF_INET, SOCK_STREAM, 0));
        listen_on(listener, in4("0.0.0.0", 9000));
        const UniqueFd first(::accept(listener.get(), nullptr, nullptr));
      },
      {.ready = listens_on_tcp(9000)});
  Job& caller = net.client.start([] {
    const std::string got = talk("10.0.1.1", 8080, "x");
    EXPECT_THAT(got, IsEmpty()) << "reported by the test, with this line, [in client]";
  });
  server.join();
  caller.join();
}

TEST(ProxyTest, HoldsHundredsOfIdleConnections) {
  Chain net;
  net.backend.start([] { serve_echo(9000); }, {.ready = listens_on_tcp(9000)});

  const UniqueFd last = net.client.run(
      [&] {
        std::vector<UniqueFd> idle;
        idle.reserve(299);
        for (int i = 0; i < 299; ++i) idle.push_back(connect_to("10.0.1.1", 8080));
        EXPECT_EQ(talk("10.0.1.1", 8080, "still there"), "still there");
        return std::move(idle.back());  // a socket of the client, alive in the test
      },
      {.timeout = 60s});

  ASSERT_EQ(::send(last.get(), "and back", 8, MSG_NOSIGNAL), 8);
  char answer[8] = {};
  ASSERT_EQ(::recv(last.get(), answer, sizeof answer, MSG_WAITALL), 8);
  EXPECT_EQ(std::string(answer, 8), "and back");
}

}  // namespace
