#include <vethlab/base/unique_fd.h>
#include <vethlab/probe/attempt.h>
#include <vethlab/probe/probe.h>
#include <vethlab/probe/witness.h>

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <utility>

namespace vethlab::probe {
namespace {

using Clock = std::chrono::steady_clock;

// So many bytes are sent before the witnesses are read: their buffers (212992 bytes by default,
// socket(7)) must hold them all, with the kernel's own overhead.
constexpr int kBurst = 128 * 1024;
int room_for(const Job& job) {
  return 1024 + (job.transport == Transport::kUdp ? 2 * job.options.payload : 0);
}

// Attempts that wait for their answer at the same time: each has a descriptor.
constexpr std::size_t kMostOpen = 1000;

struct Due {
  Clock::time_point at;
  std::size_t job;
  int number;  // from 0
  bool operator>(const Due& other) const { return at > other.at; }
};

// One that waits for its answer.
struct Waiting {
  std::size_t job;
  int number;
  UniqueFd socket;
  std::uint64_t cookie;
  Clock::time_point sent_at;
};

struct WitnessLine {
  Family family;
  Transport transport;
  std::set<Sighting> seen = {};
};

struct Progress {
  std::vector<Mark> answered = {};
  Outcome outcome = {};
};

class Batch final : public Round {
 public:
  explicit Batch(std::span<const Job> jobs);
  std::optional<TimePoint> step() override;
  void wait(TimePoint until) override;
  std::vector<Outcome> outcomes() override;

 private:
  void send(const Due& due);
  void take(std::map<int, Waiting>::iterator one, const Answer& answer);
  std::map<int, Waiting>::iterator close(std::map<int, Waiting>::iterator one);
  void end_silent();
  void drain(int socket, WitnessLine& line);
  [[nodiscard]] Clock::time_point end_of(const Waiting& one) const {
    return one.sent_at + jobs_[one.job].options.timeout;
  }

  std::span<const Job> jobs_;
  std::vector<Progress> progress_;
  std::uint64_t next_cookie_;
  std::map<int, WitnessLine> witnesses_;
  std::map<int, Waiting> waiting_;  // by descriptor
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

Batch::Batch(std::span<const Job> jobs) : jobs_(jobs), progress_(jobs.size()) {
  std::random_device random;
  next_cookie_ = static_cast<std::uint64_t>(random()) << 32 | random();
  const auto now = Clock::now();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    ProbeReport& report = progress_[i].outcome.report;
    report.transport = job.transport;
    report.echoes.resize(static_cast<std::size_t>(job.options.count));
    report.waited = job.options.timeout;
    due_.push({now, i, 0});
    for (const int witness : job.witnesses)
      if (witnesses_.emplace(witness, WitnessLine{job.to.family(), job.transport}).second)
        watch(witness, EPOLLIN);
  }
}

void Batch::send(const Due& due) {
  const Job& job = jobs_[due.job];
  ProbeReport& report = progress_[due.job].outcome.report;
  UniqueFd socket = job.open();
  const auto now = Clock::now();
  const std::uint64_t cookie = next_cookie_++;
  if (const int error = begin(socket.get(), job, cookie)) {
    report.echoes[static_cast<std::size_t>(due.number)].error = error;
    if (!report.error) report.error = error;
  } else {
    ++report.sent;
    // Watched from now on only: a socket that is not connecting is ready for anything.
    const int fd = socket.get();
    watch(fd, job.transport == Transport::kTcp ? EPOLLOUT : EPOLLIN);
    waiting_.emplace(fd, Waiting{due.job, due.number, std::move(socket), cookie, now});
  }
  if (due.number + 1 < job.options.count)
    due_.push({now + job.options.interval, due.job, due.number + 1});
}

void Batch::take(std::map<int, Waiting>::iterator one, const Answer& answer) {
  const Waiting& w = one->second;
  const Job& job = jobs_[w.job];
  Progress& p = progress_[w.job];
  ProbeReport& report = p.outcome.report;
  Echo& echo = report.echoes[static_cast<std::size_t>(w.number)];
  if (answer.received) {
    echo.rtt = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - w.sent_at);
    ++report.received;
    report.ttl = answer.ttl;
    if (!job.witnesses.empty()) p.answered.push_back(mark_of(one->first, job, w.cookie));
  }
  echo.error = answer.error;
  if (answer.error && !report.error) report.error = answer.error;
  echo.icmp = answer.icmp;
  if (answer.icmp && !report.icmp) report.icmp = answer.icmp;
  close(one);
}

// Taken out of the epoll first: a fork of the test's may still have the socket open.
std::map<int, Waiting>::iterator Batch::close(std::map<int, Waiting>::iterator one) {
  forget(one->first);
  end(one->first, jobs_[one->second.job].transport);
  return waiting_.erase(one);
}

void Batch::end_silent() {
  const auto now = Clock::now();
  for (auto one = waiting_.begin(); one != waiting_.end();)
    one = end_of(one->second) <= now ? close(one) : std::next(one);
}

void Batch::drain(int socket, WitnessLine& line) {
  drain_witness(socket, line.family, line.transport, line.seen);
}

void Batch::wait(TimePoint until) {
  std::array<epoll_event, kMostOpen> events;  // all: a witness must not wait behind the others
  for (const epoll_event& event : ready(events, until)) {
    const auto witness = witnesses_.find(event.data.fd);
    if (witness != witnesses_.end()) {
      drain(witness->first, witness->second);
      continue;
    }
    const auto one = waiting_.find(event.data.fd);
    if (one == waiting_.end()) continue;
    const Job& job = jobs_[one->second.job];
    if (const auto answer = look(one->first, job.transport, event.events)) take(one, *answer);
  }
}

std::optional<ProbeRound::TimePoint> Batch::step() {
  const auto may_send = [&] {
    return !due_.empty() && due_.top().at <= Clock::now() && waiting_.size() < kMostOpen;
  };
  for (int room = kBurst; room > 0 && may_send();) {
    const Due due = due_.top();
    due_.pop();
    send(due);
    room -= room_for(jobs_[due.job]);
  }
  if (may_send()) return Clock::now();  // what has come is read first: nobody is silent yet
  end_silent();
  std::optional<TimePoint> next;
  for (const auto& [fd, one] : waiting_) next = next ? std::min(*next, end_of(one)) : end_of(one);
  if (!due_.empty() && waiting_.size() < kMostOpen)
    next = next ? std::min(*next, due_.top().at) : due_.top().at;
  return next;
}

std::vector<Outcome> Batch::outcomes() {
  for (auto& [socket, line] : witnesses_) drain(socket, line);
  std::vector<Outcome> outcomes;
  outcomes.reserve(progress_.size());
  for (std::size_t i = 0; i < progress_.size(); ++i) {
    Progress& p = progress_[i];
    for (const Echo& echo : p.outcome.report.echoes)
      if (echo.rtt) p.outcome.report.rtt.push_back(*echo.rtt);
    for (const int witness : jobs_[i].witnesses) {
      const std::set<Sighting>& seen = witnesses_.at(witness).seen;
      if (std::ranges::any_of(p.answered, [&](const Mark& mark) { return has_seen(seen, mark); }))
        p.outcome.seen_by.push_back(witness);
    }
    outcomes.push_back(std::move(p.outcome));
  }
  return outcomes;
}

}  // namespace

std::unique_ptr<Round> start(std::span<const Job> jobs) { return std::make_unique<Batch>(jobs); }

}  // namespace vethlab::probe
