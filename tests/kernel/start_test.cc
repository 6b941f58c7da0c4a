// Closures that keep running.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/pair.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <gtest/gtest-spi.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <optional>
#include <utility>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// Echoes one connection after the other.
void serve_echo(std::uint16_t port, std::chrono::milliseconds late = 0ms) {
  const UniqueFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const SocketAddress name = socket_address("0.0.0.0", port);
  ASSERT_EQ(::bind(server.get(), name.get(), name.size), 0);
  ::poll(nullptr, 0, static_cast<int>(late.count()));
  ASSERT_EQ(::listen(server.get(), 8), 0);
  for (;;) {
    const UniqueFd client(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char text[64];
    const ssize_t got = ::recv(client.get(), text, sizeof text, 0);
    if (got > 0) (void)!::send(client.get(), text, static_cast<std::size_t>(got), MSG_NOSIGNAL);
  }
}

std::string talk(const char* address, std::uint16_t port, std::string_view said) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const SocketAddress name = socket_address(address, port);
  EXPECT_EQ(::connect(fd.get(), name.get(), name.size), 0);
  EXPECT_EQ(::send(fd.get(), said.data(), said.size(), 0), static_cast<ssize_t>(said.size()));
  char text[64];
  const ssize_t got = ::recv(fd.get(), text, sizeof text, MSG_WAITALL);
  return {text, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

struct StartTest : PairTest {};

TEST_F(StartTest, ReturnsWhenAServerListens) {
  b.start([] { serve_echo(9000, 50ms); }, {.ready = listens_on_tcp(9000)});
  EXPECT_EQ(a.run([] { return talk("10.0.0.2", 9000, "hello"); }), "hello");
}

TEST_F(StartTest, WaitsForBothOfTwo) {
  b.start([] { serve_echo(9000); });
  b.start([] { serve_echo(9001, 30ms); }, {.ready = listens_on_tcp(9000) && listens_on_tcp(9001)});
  EXPECT_EQ(a.run([] { return talk("10.0.0.2", 9000, "x") + talk("10.0.0.2", 9001, "y"); }), "xy");
}

TEST_F(StartTest, WaitsForAUdpSocket) {
  b.start(
      [] {
        const UniqueFd server(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        const SocketAddress name = socket_address("::", 53);
        EXPECT_EQ(::bind(server.get(), name.get(), name.size), 0);
        ::pause();
      },
      {.ready = listens_on_udp(53)});
}

// As a shell's `exec`: a daemon in the lab's care.
TEST_F(StartTest, MayBecomeAProgram) {
  b.start(
      [] {
        const int server = ::socket(AF_INET, SOCK_STREAM, 0);
        const SocketAddress name = socket_address("0.0.0.0", 9000);
        ASSERT_EQ(::bind(server, name.get(), name.size), 0);
        ASSERT_EQ(::listen(server, 8), 0);
        ::execlp("sleep", "sleep", "1000", nullptr);
      },
      {.ready = listens_on_tcp(9000)});
  EXPECT_TRUE(b.wait_until([&] {
    return b.exec({"sh", "-c", "cat /proc/[0-9]*/comm"}).out.find("sleep") != std::string::npos;
  }));
}

// What closed the closure's descriptors was exec(3), not its end.
TEST_F(StartTest, WaitsForAProgramThatListensLater) {
  constexpr const char* kProgram =
      "select(undef, undef, undef, 0.2); socket(S, AF_INET, SOCK_STREAM, 0);"
      "bind(S, pack_sockaddr_in(9000, INADDR_ANY)); listen(S, 8); sleep 1000";
  b.start([] { ::execlp("perl", "perl", "-MSocket", "-e", kProgram, nullptr); },
          {.ready = listens_on_tcp(9000)});
  a.run([] {
    const UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    const SocketAddress name = socket_address("10.0.0.2", 9000);
    EXPECT_EQ(::connect(client.get(), name.get(), name.size), 0);
  });
}

TEST_F(StartTest, RunsSeveralNodesAtOnce) {
  b.start([] { serve_echo(9000); }, {.ready = listens_on_tcp(9000)});
  const auto hello = [] { EXPECT_EQ(talk("10.0.0.2", 9000, "hello"), "hello"); };
  Job& one = a.start(hello);
  Job& two = a.start(hello);
  one.join();
  two.join();
}

TEST_F(StartTest, ReportsItsAssertionsAtTheJoin) {
  Job& job = a.start([] { ADD_FAILURE() << "inside"; });
  EXPECT_NONFATAL_FAILURE(job.join(), "inside\n[in a]");
  job.join();  // nothing more
}

TEST_F(StartTest, IsEndedWithItsLab) {
  std::optional<PairNet> net(std::in_place);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd canary(ends[0]);
  net->a.start([] { ::pause(); });
  ::close(ends[1]);
  pollfd ended{canary.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0);
  net.reset();
  EXPECT_EQ(::poll(&ended, 1, 0), 1);
}

// As of any fork(2): an end is seen when the last copy is closed.
TEST_F(StartTest, HoldsCopiesOfTheDescriptorsThatTheTestHad) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reads(ends[0]);
  UniqueFd writes(ends[1]);
  Job& job = a.start([] { EXPECT_EQ(::poll(nullptr, 0, 100), 0); });
  { const UniqueFd closed = std::exchange(writes, UniqueFd()); }
  pollfd ended{reads.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0);
  job.join();
  EXPECT_EQ(::poll(&ended, 1, 0), 1);
}

// The job says when it has failed: then the lab may end.
void start_and_leave(const std::function<void()>& closure) {
  PairNet net;
  UniqueFd mine;
  UniqueFd its;
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  mine = UniqueFd(ends[0]);
  its = UniqueFd(ends[1]);
  net.a.start(closure);
  its = UniqueFd();
  char byte = 0;
  EXPECT_EQ(::read(mine.get(), &byte, 1), 0);  // its end
}

TEST_F(StartTest, ReportsWhatWasNeverJoinedWhenTheLabEnds) {
  EXPECT_NONFATAL_FAILURE(start_and_leave([] { ADD_FAILURE() << "unjoined"; }), "unjoined\n[in a]");
}

// More than a socket holds; then it says so on the pipe.
void fail_often(const UniqueFd& done) {
  const std::string text(1000, 'x');
  for (int i = 0; i < 1000; ++i) ADD_FAILURE() << "the " << i << "th " << text;
  (void)!::write(done.get(), ".", 1);
}

void expect_all(const TestPartResultArray& results) {
  ASSERT_EQ(results.size(), 1000);
  for (int i = 0; i < results.size(); ++i)
    EXPECT_THAT(results.GetTestPartResult(i).message(),
                HasSubstr("the " + std::to_string(i) + "th x"));
}

TEST_F(StartTest, DoesNotWaitForSomebodyWhoHearsItsFailures) {
  using Reporter = ScopedFakeTestPartResultReporter;
  for (const bool joined : {true, false}) {
    SCOPED_TRACE(joined ? "joined" : "not joined");
    std::optional<PairNet> net(std::in_place);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd reads(ends[0]);
    const UniqueFd writes(ends[1]);
    Job& job = net->a.start([&] { fail_often(writes); });
    pollfd said{reads.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&said, 1, 10000), 1) << "it is waiting";
    TestPartResultArray results;
    {
      const Reporter reporter(Reporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
      if (joined) job.join();
      else net.reset();
    }
    expect_all(results);
  }
}

TEST_F(StartTest, ReportsACrashThatNobodyJoined) {
  EXPECT_NONFATAL_FAILURE(start_and_leave([] { ::raise(SIGKILL); }),
                          "the closure in a was killed by SIGKILL (Killed)");
}

}  // namespace
