#include <vethlab/icmp/ping.h>

#include <vethlab/icmp/inbox.h>
#include <vethlab/icmp/send_echo.h>

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <optional>
#include <queue>
#include <random>

namespace vethlab::icmp {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// After so many bytes sent the answers are fetched: a socket's buffer (212992 bytes by default,
// socket(7)) must hold them all, with the kernel's own overhead.
constexpr int kBurst = 128 * 1024;
int room_for(const Job& job) { return 1024 + 2 * job.options.payload; }

// A socket whose send buffer is full (neighbours being resolved hold packets) is tried again.
constexpr auto kRetry = 1ms;

struct Due {
  Clock::time_point at;
  std::size_t job;
  int sequence;  // from 0
  bool operator>(const Due& other) const { return at > other.at; }
};

// A raw socket that echoes leave by or arrive at.
struct Line {
  Family family;
  std::optional<bool> dont_fragment = {};  // as last set
};

// What is known of one job while it runs.
struct Progress {
  std::vector<Clock::time_point> sent_at;  // one an echo
  int unsent = 0;
  int open = 0;           // echoes not yet resolved, sent or not
  Clock::time_point end;  // when silence is the answer, once all are sent
  Outcome outcome;
};

class Batch final : public EchoRound {
 public:
  explicit Batch(std::span<const Job> jobs);
  std::optional<TimePoint> step() override;
  void wait(TimePoint until) override;
  std::vector<Outcome> outcomes() override;

 private:
  void add_socket(int socket, Family family);
  EchoKey key_of(std::size_t job, int sequence) const;
  std::optional<std::size_t> job_of(const EchoKey& seen) const;
  void send(const Due& due);
  void drain(int socket);
  void take(int socket, const Seen& seen);
  void answered(Progress& job, int sequence, const Seen& seen);
  void end_silent();
  std::optional<Clock::time_point> next_event() const;

  std::span<const Job> jobs_;
  std::vector<Progress> progress_;
  std::uint64_t first_cookie_ = 0;  // job i's cookie is that and i, its id the lowest 16 bits
  std::map<int, Line> lines_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  Inbox inbox_;
};

Batch::Batch(std::span<const Job> jobs) : jobs_(jobs), progress_(jobs.size()) {
  std::random_device random;
  first_cookie_ = static_cast<std::uint64_t>(random()) << 32 | random();
  const auto now = Clock::now();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    Progress& p = progress_[i];
    p.open = p.unsent = job.options.count;
    p.sent_at.resize(static_cast<std::size_t>(job.options.count));
    p.end = now + job.options.interval * (job.options.count - 1) + job.options.timeout;
    p.outcome.report.echoes.resize(p.sent_at.size());
    p.outcome.report.waited = job.options.timeout;
    due_.push({now, i, 0});
    add_socket(job.socket, job.to.family());
    for (const int witness : job.witnesses) add_socket(witness, job.to.family());
  }
}

// What has come before this batch is nobody's answer.
void Batch::add_socket(int socket, Family family) {
  if (!lines_.emplace(socket, Line{family}).second) return;
  watch(socket, EPOLLIN);
  while (inbox_.fetch(socket, family) == Inbox::kMost) {
  }
}

EchoKey Batch::key_of(std::size_t job, int sequence) const {
  const std::uint64_t cookie = first_cookie_ + job;
  return {static_cast<std::uint16_t>(cookie), static_cast<std::uint16_t>(sequence + 1), cookie,
          std::min(jobs_[job].options.payload, 8)};
}

// By its id where the cookie is cut. Only a guess: the key tells.
std::optional<std::size_t> Batch::job_of(const EchoKey& seen) const {
  const std::uint64_t by_cookie = seen.cookie - first_cookie_;
  if (by_cookie < jobs_.size()) return by_cookie;
  const auto by_id = static_cast<std::uint16_t>(seen.id - first_cookie_);
  if (by_id < jobs_.size()) return by_id;
  return std::nullopt;
}

void Batch::send(const Due& due) {
  const Job& job = jobs_[due.job];
  Progress& p = progress_[due.job];
  if (job.to.family() == Family::kIpv4) {
    auto& set = lines_.at(job.socket).dont_fragment;
    if (set != job.options.dont_fragment) set_dont_fragment(job.socket, job.options.dont_fragment);
    set = job.options.dont_fragment;
  }
  const auto now = Clock::now();
  p.sent_at[static_cast<std::size_t>(due.sequence)] = now;
  const int error = send_echo(job, key_of(due.job, due.sequence));
  if (error == EAGAIN && now < p.end) return due_.push({now + kRetry, due.job, due.sequence});
  --p.unsent;
  if (error == 0) {
    ++p.outcome.report.sent;
    p.end = std::max(p.end, now + job.options.timeout);
  } else {
    p.outcome.report.echoes[static_cast<std::size_t>(due.sequence)].error = error;
    if (!p.outcome.report.error) p.outcome.report.error = error;
    --p.open;
  }
  if (due.sequence + 1 < job.options.count)
    due_.push({now + job.options.interval, due.job, due.sequence + 1});
}

void Batch::drain(int socket) {
  const Family family = lines_.at(socket).family;
  std::size_t got = 0;
  do {
    got = inbox_.fetch(socket, family);
    for (std::size_t i = 0; i < got; ++i) {
      const Seen seen = inbox_.read(i);
      if (seen.kind != Seen::Kind::kOther) take(socket, seen);
    }
  } while (got == Inbox::kMost);
}

void Batch::take(int socket, const Seen& seen) {
  const auto job = job_of(seen.key);
  if (!job) return;
  const std::size_t i = *job;
  const int sequence = seen.key.sequence - 1;
  if (sequence < 0 || sequence >= jobs_[i].options.count) return;
  if (!matches(key_of(i, sequence), seen.key)) return;

  Progress& p = progress_[i];
  if (seen.kind == Seen::Kind::kRequest) {
    auto& by = p.outcome.seen_by;
    if (std::ranges::count(jobs_[i].witnesses, socket) > 0 && std::ranges::count(by, socket) == 0)
      by.push_back(socket);
    return;
  }
  if (socket == jobs_[i].socket) answered(p, sequence, seen);
}

// An ICMP error after the reply, or the other way round, changes nothing: the first is the answer.
void Batch::answered(Progress& p, int sequence, const Seen& seen) {
  ProbeReport& report = p.outcome.report;
  Echo& echo = report.echoes[static_cast<std::size_t>(sequence)];
  const bool reply = seen.kind == Seen::Kind::kReply;
  if (echo.rtt || echo.icmp) {
    if (reply && echo.rtt) ++report.duplicates;
    return;
  }
  if (reply) {
    const auto sent = p.sent_at[static_cast<std::size_t>(sequence)];
    echo.rtt = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - sent);
    report.ttl = seen.ttl;
    ++report.received;
  } else {
    echo.icmp = seen.error;
    if (!report.icmp) report.icmp = seen.error;
  }
  --p.open;
}

void Batch::end_silent() {
  const auto now = Clock::now();
  for (Progress& p : progress_) {
    if (p.unsent == 0 && p.end <= now) p.open = 0;
  }
}

// None when every echo has its answer.
std::optional<Clock::time_point> Batch::next_event() const {
  std::optional<Clock::time_point> next;
  for (const Progress& p : progress_)
    if (p.open > 0) next = next ? std::min(*next, p.end) : p.end;
  if (next && !due_.empty()) next = std::min(*next, due_.top().at);
  return next;
}

void Batch::wait(TimePoint until) {
  std::array<epoll_event, 64> events;
  for (const epoll_event& event : ready(events, until)) drain(event.data.fd);
}

std::optional<ProbeRound::TimePoint> Batch::step() {
  for (int room = kBurst; room > 0 && !due_.empty() && due_.top().at <= Clock::now();) {
    const Due due = due_.top();
    due_.pop();
    send(due);
    room -= room_for(jobs_[due.job]);
  }
  // More to send: nobody is silent yet.
  if (!due_.empty() && due_.top().at <= Clock::now()) return Clock::now();
  end_silent();
  return next_event();
}

std::vector<Outcome> Batch::outcomes() {
  // A request is with its witness before the reply is sent: what there is to see has come.
  for (const auto& [socket, line] : lines_) drain(socket);
  std::vector<Outcome> outcomes;
  outcomes.reserve(progress_.size());
  for (Progress& p : progress_) {
    for (const Echo& echo : p.outcome.report.echoes)
      if (echo.rtt) p.outcome.report.rtt.push_back(*echo.rtt);
    outcomes.push_back(std::move(p.outcome));
  }
  return outcomes;
}

}  // namespace

std::unique_ptr<EchoRound> send_echoes(std::span<const Job> jobs) {
  return std::make_unique<Batch>(jobs);
}

}  // namespace vethlab::icmp
