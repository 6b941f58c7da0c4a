// Streams whose echoes the test answers itself, by a raw socket of the far node: as late, as often and in
// what order it likes.
#include <vethlab/fixtures/pair.h>

#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// b hears the requests, and its kernel does not answer.
class StreamAnswers : public PairTest {
 protected:
  using Echo = std::vector<std::uint8_t>;

  StreamAnswers() { b.set_sysctl("net.ipv4.icmp_echo_ignore_all", "1"); }

  // The next one that comes within that time.
  std::optional<Echo> request_within(std::chrono::milliseconds time) const {
    constexpr std::size_t kIpHeader = 20;
    std::array<std::uint8_t, 1500> packet{};
    pollfd event{socket_.get(), POLLIN, 0};
    while (::poll(&event, 1, static_cast<int>(time.count())) > 0) {
      const ssize_t size = ::recv(socket_.get(), packet.data(), packet.size(), 0);
      if (size > 0 && packet[kIpHeader] == ICMP_ECHO)
        return Echo{packet.begin() + kIpHeader, packet.begin() + size};
    }
    return std::nullopt;
  }
  Echo next_request() const { return request_within(10s).value(); }

  // Until there are no more: the stream has ended.
  void answer_all() const {
    while (const auto echo = request_within(300ms)) answer(*echo);
  }

  void answer(Echo echo) const {
    echo[0] = ICMP_ECHOREPLY;
    // A sum that has lost 8 from its first byte (RFC 1624).
    unsigned sum = (unsigned{echo[2]} << 8 | echo[3]) + (unsigned{ICMP_ECHO} << 8);
    sum = (sum & 0xffff) + (sum >> 16);
    echo[2] = static_cast<std::uint8_t>(sum >> 8);
    echo[3] = static_cast<std::uint8_t>(sum);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(0x0a000001);
    EXPECT_EQ(::sendto(socket_.get(), echo.data(), echo.size(), 0,
                       reinterpret_cast<const sockaddr*>(&to), sizeof to),
              static_cast<ssize_t>(echo.size()));
  }

 private:
  UniqueFd socket_ = b.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
};

TEST_F(StreamAnswers, InAnotherOrderAreReordered) {
  const StreamReport report =
      a.stream("10.0.0.2",
               [&] {
                 const std::vector<Echo> echoes = {next_request(), next_request(), next_request()};
                 answer(echoes[0]);
                 answer(echoes[2]);
                 answer(echoes[1]);
               },
               {.timeout = 200ms});
  EXPECT_THAT(report, AllOf(Received(3), Reordered(1), Duplicated(0), Lost(report.sent - 3)));
}

TEST_F(StreamAnswers, ThatComeAgainAreDuplicated) {
  const StreamReport report = a.stream("10.0.0.2",
                                       [&] {
                                         const Echo echo = next_request();
                                         for (int i = 0; i < 3; ++i) answer(echo);
                                       },
                                       {.timeout = 200ms});
  EXPECT_THAT(report, AllOf(Received(1), Duplicated(2), Reordered(0), Lost(report.sent - 1)));
}

// Exactly the echoes 3 to 9 have no answer.
TEST_F(StreamAnswers, ThatAreMissingAreAGap) {
  constexpr int kPerSecond = 20;
  std::thread others;
  const StreamReport report = a.stream("10.0.0.2",
                                       [&] {
                                         for (int number = 0; number <= 10; ++number) {
                                           const Echo echo = next_request();
                                           if (number < 3 || number > 9) answer(echo);
                                         }
                                         others = std::thread([this] { answer_all(); });
                                       },
                                       {.per_second = kPerSecond});
  others.join();
  EXPECT_THAT(report, AllOf(Received(Ge(5)), Lost(7), Duplicated(0)));
  EXPECT_THAT(report,
              LongestGap(AllOf(Ge(350ms - report.most_late), Le(350ms + report.most_late))));
  EXPECT_THAT(report, GapBegan(AllOf(Ge(150ms), Le(150ms + report.most_late))));
}

TEST_F(StreamAnswers, ThatComeAfterTheClosureEndTheStream) {
  std::thread later;
  const StreamReport report = a.stream("10.0.0.2", [&] {
    answer(next_request());
    later = std::thread([this] {
      for (int i = 0; i < 20; ++i) (void)next_request();
      answer_all();
    });
  });
  later.join();
  EXPECT_THAT(report, AllOf(Received(Ge(2)), Lost(20)));
  EXPECT_THAT(report, LongestGap(AllOf(Ge(20ms - report.most_late), Lt(report.duration))));
}

// It comes when nobody sends any more.
TEST_F(StreamAnswers, ThatComeLateAreWaitedFor) {
  std::thread others;
  const StreamReport report = a.stream("10.0.0.2",
                                       [&] {
                                         const Echo first = next_request();
                                         others = std::thread([this, first] {
                                           answer_all();
                                           answer(first);
                                         });
                                       },
                                       {.per_second = 100, .timeout = 10s});
  others.join();
  EXPECT_THAT(report, AllOf(Sent(Ge(2)), Lost(0), Duplicated(0), Reordered(1)));
}

TEST_F(StreamAnswers, ThatNeverComeAreWaitedForAsLongAsTheTimeout) {
  const auto before = std::chrono::steady_clock::now();
  const StreamReport report = a.stream("10.0.0.2", [] {}, {.timeout = 100ms});
  // A timeout from the change's end on, then one from the last echo on.
  EXPECT_GE(std::chrono::steady_clock::now() - before, 200ms - 1ms - report.most_late);
  EXPECT_THAT(report,
              AllOf(Sent(Gt(0)), Received(0), Lost(report.sent), GapBegan(Lt(report.duration))));
}

}  // namespace
