// Small servers in nodes.
#include <vethlab/base/socket_address.h>
#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>

#include <sys/socket.h>

#include <cerrno>
#include <functional>
#include <system_error>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

UniqueFd connect(const Node& from, const IpAddress& to, std::uint16_t port) {
  const SocketAddress name = socket_address(to, port);
  UniqueFd fd = from.socket(name.storage.ss_family, SOCK_STREAM);
  EXPECT_EQ(::connect(fd.get(), name.get(), name.size), 0);
  return fd;
}

// What comes back until the other side ends: of "GET / …" the whole answer.
std::string talk(const Node& from, const IpAddress& to, std::uint16_t port, std::string_view said) {
  const UniqueFd fd = connect(from, to, port);
  std::string answer;
  char bytes[4096];
  if (::send(fd.get(), said.data(), said.size(), MSG_NOSIGNAL) != std::ssize(said))
    return "not sent";
  ::shutdown(fd.get(), SHUT_WR);
  for (ssize_t got = 0; (got = ::recv(fd.get(), bytes, sizeof bytes, 0)) > 0;)
    answer.append(bytes, static_cast<std::size_t>(got));
  return answer;
}

struct ServerTest : PairTest {};

TEST_F(ServerTest, OfEchoSendsBackWhatItGets) {
  b.serve_echo(7);
  EXPECT_EQ(talk(a, "10.0.0.2", 7, "hello"), "hello");
  EXPECT_EQ(talk(a, "fd00::2", 7, "hello"), "hello");
  EXPECT_REACHABLE(a, udp_to("10.0.0.2", 7));
  EXPECT_REACHABLE(a, udp_to("fd00::2", 7));
}

TEST_F(ServerTest, OfHttpAnswersAGet) {
  b.serve_http(80, "hello");
  for (const char* to : {"10.0.0.2", "fd00::2"})
    EXPECT_THAT(talk(a, to, 80, "GET / HTTP/1.1\r\nHost: b\r\n\r\n"),
                AllOf(StartsWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"),
                      HasSubstr(to[0] == '1' ? "X-Client: 10.0.0.1:" : "X-Client: [fd00::1]:"),
                      EndsWith("\r\n\r\nhello")));
}

TEST_F(ServerTest, OfHttpSendsALargeBodyWhole) {
  const std::string body(5'000'000, 'x');
  b.serve_http(80, body);
  EXPECT_THAT(talk(a, "10.0.0.2", 80, "GET / HTTP/1.1\r\n\r\n"), SizeIs(Gt(body.size())));
}

TEST_F(ServerTest, OfHttpUnderstandsAProgram) {
  b.serve_http(80, "hello");
  const ProgramResult got = a.exec(
      {"bash", "-c",
       R"(exec 3<>/dev/tcp/10.0.0.2/80; printf 'GET /x HTTP/1.1\r\nHost: b\r\n\r\n' >&3; cat <&3)"});
  EXPECT_THAT(got, Prints(AllOf(HasSubstr("X-Client: 10.0.0.1:"), EndsWith("hello"))));
}

TEST_F(ServerTest, TellsItsClients) {
  Server& echo = b.serve_echo(7);
  EXPECT_THAT(echo.clients(), IsEmpty());
  EXPECT_REACHABLE(a, tcp_to("10.0.0.2", 7));
  EXPECT_REACHABLE(a, udp_to("fd00::2", 7));
  EXPECT_THAT(echo.clients(), ElementsAre(AllOf(Over(Transport::kTcp), Src("10.0.0.1")),
                                          AllOf(Over(Transport::kUdp), Src("fd00::1"))));
  EXPECT_THAT(echo.clients(), SizeIs(2));
}

// However soon it is asked: the client is connected before the server has accepted.
TEST_F(ServerTest, TellsEachClientThatAProbeHasSeenAnswered) {
  Server& web = b.serve_http(80, "");
  for (int i = 1; i <= 50; ++i) {
    ASSERT_THAT(a.probe(tcp_to("10.0.0.2", 80)), Replies());
    ASSERT_THAT(web.clients(), SizeIs(i));
  }
  EXPECT_REACHABLE(a, tcp_to(b, 80), {.count = 300, .interval = 0ms, .timeout = 10s});
  EXPECT_THAT(web.clients(), SizeIs(350));
}

TEST_F(ServerTest, DoesNotTellWhoNeverCame) {
  Server& web = b.serve_http(80, "");
  b.shell("iptables -A OUTPUT -p tcp --sport 80 -j DROP");  // half open, for a minute
  EXPECT_UNREACHABLE(a, tcp_to(b, 80), GetsNoAnswer(), {.timeout = 50ms});
  EXPECT_THAT(web.clients(), IsEmpty());
}

TEST_F(ServerTest, AnswersFromTheAddressThatWasAsked) {
  b.serve_echo(7);
  b.add_address("eth0", "10.0.0.22/24");
  b.add_address("eth0", "fd00::22/64");
  EXPECT_REACHABLE(a, udp_to("10.0.0.22", 7));
  EXPECT_REACHABLE(a, udp_to("fd00::22", 7));
}

TEST_F(ServerTest, SeesTheAddressThatANatHasMade) {
  LineNet net;
  net.r.shell("iptables -t nat -A POSTROUTING -o eth1 -j MASQUERADE");
  Server& web = net.b.serve_http(80, "");
  EXPECT_THAT(talk(net.a, "10.0.2.2", 80, "GET / HTTP/1.0\r\n\r\n"),
              HasSubstr("X-Client: 10.0.2.1:"));
  EXPECT_THAT(web.clients(), ElementsAre(Src("10.0.2.1")));
}

TEST_F(ServerTest, FreesItsPortWhenItIsStopped) {
  Server& first = b.serve_echo(7);
  EXPECT_REACHABLE(a, tcp_to(b, 7));
  first.stop();
  EXPECT_UNREACHABLE(a, tcp_to(b, 7), FailsWith(ECONNREFUSED));
  EXPECT_UNREACHABLE(a, udp_to(b, 7), GetsIcmp(IcmpError::kPortUnreachable));
  EXPECT_THAT(first.clients(), SizeIs(1));
  first.stop();
  b.serve_echo(7);
  EXPECT_REACHABLE(a, tcp_to(b, 7));
}

TEST_F(ServerTest, HoldsManyConnections) {
  b.serve_echo(7);
  std::vector<UniqueFd> idle;
  idle.reserve(200);
  for (int i = 0; i < 200; ++i) idle.push_back(connect(a, "10.0.0.2", 7));
  EXPECT_EQ(talk(a, "10.0.0.2", 7, "still there"), "still there");
}

TEST_F(ServerTest, CanBeAskedInAClosure) {
  Server& web = b.serve_http(80, "");
  EXPECT_REACHABLE(a, tcp_to(b, 80));
  EXPECT_EQ(b.run([&] { return web.clients().size(); }), 1U);
}

TEST_F(ServerTest, RefusesAPortThatIsTaken) {
  b.serve_http(80, "");
  const auto code = [](const std::function<void()>& f) {
    try {
      f();
    } catch (const std::system_error& error) {
      return error.code().value();
    }
    return 0;
  };
  EXPECT_EQ(code([&] { b.serve_echo(80); }), EADDRINUSE);
  EXPECT_EQ(code([&] { b.serve_http(80, ""); }), EADDRINUSE);
  b.serve_http(81, "");
  a.serve_http(80, "");
}

}  // namespace
