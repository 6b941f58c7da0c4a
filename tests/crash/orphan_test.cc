// A TCP connection with something still to send outlives its process, and holds its namespace.
#include "canary.h"
#include "in_fork.h"

#include <vethlab/base/kernel_release.h>
#include <vethlab/fixtures/pair.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

constexpr const char* kLimit = "/proc/sys/user/max_net_namespaces";

using Clock = std::chrono::steady_clock;

// Older ones leave one that is closed already to its timers.
bool kernel_destroys_orphans() { return kernel_is_at_least(6, 12); }

// A namespace's own end takes some 30 ms, an orphan with 15 retries minutes.
constexpr auto kSeconds = 5s;

void must(bool done, const std::string& what) {
  if (!done) throw std::runtime_error(what);
}

UniqueFd listen_in(const Node& node) {
  UniqueFd server = node.socket(AF_INET6, SOCK_STREAM);
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(9000);
  must(::bind(server.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0, "bind");
  must(::listen(server.get(), 8) == 0, "listen");
  return server;
}

void connect_to_server(int client, const char* address = "::ffff:10.0.0.2") {
  sockaddr_in6 name{};
  name.sin6_family = AF_INET6;
  name.sin6_port = htons(9000);
  ::inet_pton(AF_INET6, address, &name.sin6_addr);
  must(::connect(client, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0, "connect");
}

// No answer comes back from b any more.
void cut(PairNet& net) {
  net.b.add_route({.type = "blackhole", .to = "10.0.0.1/32"});
  net.b.add_route({.type = "blackhole", .to = "fd00::1/128"});
}

void send_into_the_void(int client) { must(::send(client, "lost", 4, 0) == 4, "send"); }

// In a fork, which is the observer: what `prepare` leaves in net.a must not hold its namespace,
// although its orphans would try for minutes.
std::string namespace_ends(
    const std::function<void(PairNet&)>& prepare, const std::function<void()>& after = [] {}) {
  return in_fork([&] {
    enter_limited(kLimit, "1000", CLONE_NEWNET);
    Canary canary;
    {
      PairNet net;
      if (kernel_destroys_orphans()) net.a.set_sysctl("net.ipv4.tcp_orphan_retries", "15");
      Canary::put_into(net.a);
      prepare(net);
    }
    after();
    const auto begin = Clock::now();
    must(canary.goes(), "the namespace lives on");
    const auto took = Clock::now() - begin;
    must(took < kSeconds, "the namespace lived on for too long");
  });
}

struct Pipe {
  Pipe() {
    int both[2];
    must(::pipe2(both, O_CLOEXEC) == 0, "pipe");
    in = UniqueFd(both[1]);
    out = UniqueFd(both[0]);
  }
  void say() const { must(::write(in.get(), ".", 1) == 1, "write"); }
  void hear() const {
    char byte = 0;
    must(::read(out.get(), &byte, 1) == 1, "read");
  }
  UniqueFd in;
  UniqueFd out;
};

void leave_an_orphan_to(PairNet& net, const char* address) {
  const UniqueFd server = listen_in(net.b);
  const UniqueFd client = net.a.socket(AF_INET6, SOCK_STREAM);
  connect_to_server(client.get(), address);
  cut(net);
  send_into_the_void(client.get());
}

TEST(Orphan, OfTheTestsOwnSocketDoesNotHoldTheNamespace) {
  EXPECT_EQ(namespace_ends([](PairNet& net) { leave_an_orphan_to(net, "::ffff:10.0.0.2"); }),
            "no exception");
  EXPECT_EQ(namespace_ends([](PairNet& net) { leave_an_orphan_to(net, "fd00::2"); }),
            "no exception");
}

TEST(Orphan, OfASocketThatIsClosedAfterTheLabDoesNotHoldTheNamespace) {
  UniqueFd client;
  EXPECT_EQ(namespace_ends(
                [&](PairNet& net) {
                  const UniqueFd server = listen_in(net.b);
                  client = net.a.socket(AF_INET6, SOCK_STREAM);
                  connect_to_server(client.get());
                  cut(net);
                  send_into_the_void(client.get());
                },
                [&] {
                  char byte = 0;
                  const bool aborted =
                      ::recv(client.get(), &byte, 1, 0) < 0 && errno == ECONNABORTED;
                  must(aborted, "the connection is not aborted");
                  client = UniqueFd();
                }),
            "no exception");
}

[[noreturn]] void send_for_ever(int client) {
  for (;;) {
    (void)::send(client, "more", 4, MSG_NOSIGNAL);
    ::poll(nullptr, 0, 1);
  }
}

TEST(Orphan, OfAClosureDoesNotHoldTheNamespace) {
  EXPECT_EQ(namespace_ends([](PairNet& net) {
              const UniqueFd server = listen_in(net.b);
              const Pipe connected;
              net.a.start([&] {
                const UniqueFd client(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
                connect_to_server(client.get());
                connected.say();
                send_for_ever(client.get());
              });
              connected.hear();
              cut(net);
            }),
            "no exception");
}

TEST(Orphan, OfADaemonDoesNotHoldTheNamespace) {
  EXPECT_EQ(namespace_ends([](PairNet& net) {
              const UniqueFd server = listen_in(net.b);
              net.a.run([] {
                const UniqueFd client(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
                connect_to_server(client.get());
                if (::fork() != 0) return;
                ::setsid();
                send_for_ever(client.get());
              });
              cut(net);
            }),
            "no exception");
}

// Nobody is there to end it: the baseline's tcp_orphan_retries = 1 makes it seconds instead of minutes.
TEST(Orphan, OfAKilledTestHoldsTheNamespaceForSeconds) {
  EXPECT_EQ(in_fork([] {
              enter_limited(kLimit, "1000", CLONE_NEWNET);
              Canary canary;
              const Pipe cut_off;
              const pid_t child = ::fork();
              if (child == 0) {
                PairNet net;
                Canary::put_into(net.a);
                const UniqueFd server = listen_in(net.b);
                const UniqueFd client = net.a.socket(AF_INET6, SOCK_STREAM);
                connect_to_server(client.get());
                cut(net);
                send_into_the_void(client.get());
                cut_off.say();
                for (;;) ::pause();
              }
              cut_off.hear();
              ::kill(child, SIGKILL);
              ::waitpid(child, nullptr, 0);
              const auto begin = Clock::now();
              must(canary.goes(), "the namespace lives on");
              must(Clock::now() - begin < kSeconds, "the namespace lived on for too long");
            }),
            "no exception");
}

}  // namespace
