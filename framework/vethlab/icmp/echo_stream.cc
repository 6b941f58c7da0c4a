#include <vethlab/icmp/echo_stream.h>

#include <vethlab/base/deadline.h>
#include <vethlab/base/errors.h>
#include <vethlab/icmp/send_echo.h>

#include <linux/icmp.h>
#include <linux/sock_diag.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>

namespace vethlab::icmp {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

// A socket's buffer (212992 bytes by default, socket(7)) must hold the answers to so many bytes, with the
// kernel's own overhead.
constexpr std::size_t kBurst = 128 * 1024;
std::size_t room_for(const Job& job) {
  return 1024 + 2 * static_cast<std::size_t>(job.options.payload);
}

timespec timespec_of(Nanoseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((time - seconds).count())};
}

}  // namespace

void prepare_stream_socket(int socket, Family family) {
  prepare_socket(socket, family);
  int result = 0;
  if (family == Family::kIpv4) {
    set_dont_fragment(socket, false);
    icmp_filter filter{};
    filter.data = 1U << ICMP_ECHO;  // the types that do not pass
    result = ::setsockopt(socket, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  } else {
    icmp6_filter filter{};
    socklen_t size = sizeof filter;
    result = ::getsockopt(socket, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, &size);
    ICMP6_FILTER_SETBLOCK(ICMP6_ECHO_REQUEST, &filter);
    if (result == 0)
      result = ::setsockopt(socket, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
  }
  if (result != 0) throw Refusal{errno, "prepare a raw ICMP socket", {}};
}

EchoStream::EchoStream(std::span<const Job> jobs, int per_second)
    : jobs_(jobs),
      logs_(jobs.size(), StreamLog(per_second)),
      first_cookie_(std::random_device()()),
      burst_(std::max<std::size_t>(1, kBurst / room_for(jobs.front()))),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!timer_) throw Refusal{errno, "timerfd_create()", {}};
  for (const Job& job : jobs)
    if (std::ranges::count(lines_, job.socket, &Line::socket) == 0)
      lines_.push_back({job.socket, job.to.family()});
}

EchoKey EchoStream::key_of(std::size_t job, std::size_t number) const {
  const std::uint32_t cookie = first_cookie_ + static_cast<std::uint32_t>(job);
  return {static_cast<std::uint16_t>(cookie), static_cast<std::uint16_t>(number),
          std::uint64_t{cookie} << 32 | static_cast<std::uint32_t>(number), 8};
}

void EchoStream::begin() {
  start_ = Clock::now();
  send_round();
  const Nanoseconds interval = logs_.front().interval();
  const itimerspec times{timespec_of(interval),
                         timespec_of((start_ + interval).time_since_epoch())};
  if (::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &times, nullptr) != 0)
    throw Refusal{errno, "timerfd_settime()", {}};
}

void EchoStream::send_round() {
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const int error = send_echo(jobs_[i], key_of(i, logs_[i].size()));
    logs_[i].sent(elapsed(), error);  // now that it is with the kernel
    if (++unfetched_ >= burst_) drain();
  }
}

void EchoStream::send_due(Nanoseconds now) {
  for (const StreamLog& log = logs_.front(); log.due(log.size()) <= now;) send_round();
}

void EchoStream::run_until(int stop) {
  while (!over_) {
    send_due(elapsed());
    wait(stop, Clock::time_point::max());
  }
}

void EchoStream::run_until_answered(Clock::time_point end) {
  std::vector<std::size_t> before;
  for (const StreamLog& log : logs_) before.push_back(log.size());
  const auto answered = [&] {
    return std::ranges::equal(logs_, before, [](const StreamLog& log, std::size_t number) {
      return log.next_expected() > number;
    });
  };
  while (!answered() && Clock::now() < end) {
    send_due(elapsed());
    wait(-1, end);
  }
}

// Until the timer's next moment, an answer, or the end.
void EchoStream::wait(int stop, Clock::time_point until) {
  std::array<pollfd, 4> events = {pollfd{stop, POLLIN, 0}, pollfd{timer_.get(), POLLIN, 0}};
  auto next = events.begin() + 2;
  for (const Line& line : lines_) *next++ = {line.socket, POLLIN, 0};
  const auto count = static_cast<nfds_t>(next - events.begin());
  if (::poll(events.data(), count, Deadline(until).poll_timeout()) < 0) return;
  std::uint64_t expirations = 0;
  if (events[1].revents != 0) (void)!::read(timer_.get(), &expirations, sizeof expirations);
  if (events[0].revents != 0) over_ = true;
  drain();
}

void EchoStream::drain() {
  unfetched_ = 0;
  for (const Line& line : lines_) {
    std::size_t got = 0;
    do {
      got = inbox_.fetch(line.socket, line.family);
      for (std::size_t i = 0; i < got; ++i) take(inbox_.read(i));
    } while (got == Inbox::kMost);
  }
}

// A router may quote no more than an echo's first bytes, without a cookie: then it is the last one that
// had this id and sequence.
void EchoStream::take(const Seen& seen) {
  if (seen.kind != Seen::Kind::kReply && seen.kind != Seen::Kind::kError) return;
  const bool whole = seen.key.cookie_bytes == 8;
  const std::size_t job =
      whole ? static_cast<std::uint32_t>(seen.key.cookie >> 32) - first_cookie_
            : static_cast<std::uint16_t>(seen.key.id - static_cast<std::uint16_t>(first_cookie_));
  if (job >= jobs_.size()) return;
  StreamLog& log = logs_[job];
  std::uint64_t number = static_cast<std::uint32_t>(seen.key.cookie);
  if (!whole) {
    const std::uint64_t last = log.size() - 1;
    number = last - static_cast<std::uint16_t>(last - seen.key.sequence);
  }
  if (!matches(key_of(job, number), seen.key)) return;
  if (seen.kind == Seen::Kind::kReply) log.answered(number, seen.ttl);
  else log.refused(number, seen.error);
}

std::optional<Nanoseconds> EchoStream::last_unanswered() const {
  std::optional<Nanoseconds> last;
  for (const StreamLog& log : logs_) last = std::max(last, log.last_unanswered());
  return last;
}

int EchoStream::drops(Family family) const {
  const auto line = std::ranges::find(lines_, family, &Line::family);
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  ::getsockopt(line->socket, SOL_SOCKET, SO_MEMINFO, memory.data(), &size);
  return static_cast<int>(memory[SK_MEMINFO_DROPS]);
}

void EchoStream::wait_for_answers(Nanoseconds timeout) {
  timer_ = UniqueFd();
  for (auto last = last_unanswered(); last && *last + timeout > elapsed(); last = last_unanswered())
    wait(-1, start_ + *last + timeout);
  drain();  // had we been late, there may be some
}

std::vector<StreamReport> EchoStream::end(Nanoseconds timeout) {
  run_until_answered(Clock::now() + timeout);
  const Nanoseconds end = elapsed();
  wait_for_answers(timeout);
  std::vector<StreamReport> reports;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    reports.push_back(logs_[i].report(end));
    reports.back().overrun = drops(jobs_[i].to.family());
  }
  return reports;
}

}  // namespace vethlab::icmp
