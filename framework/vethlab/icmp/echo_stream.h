// private
#pragma once

#include <vethlab/base/stream.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/icmp/echo.h>
#include <vethlab/icmp/inbox.h>
#include <vethlab/icmp/ping.h>
#include <vethlab/icmp/stream_log.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vethlab::icmp {

// Once for each socket of a stream, instead of prepare_socket(): it hears no requests, of which a node may
// get many. Throws Refusal.
void prepare_stream_socket(int socket, Family family);

// Echoes to each job's address at a steady rate (of a job's options only payload, ttl and src count),
// paced by a timer with absolute times: what is late is made up for, and lateness does not add up.
// The jobs stay the caller's. Throws Refusal.
class EchoStream {
 public:
  EchoStream(std::span<const Job> jobs, int per_second);

  // Sends the first echo of each.
  void begin();
  // Goes on until that descriptor is readable, or closed.
  void run_until(int stop);
  // Goes on until each job has an answer to an echo that was sent from now on, for `timeout` at most; then
  // waits until each echo has its answer, or is `timeout` old. A report each, without `to`.
  std::vector<StreamReport> end(std::chrono::nanoseconds timeout);

 private:
  using Clock = std::chrono::steady_clock;
  struct Line {  // a socket of its jobs
    int socket;
    Family family;
  };

  [[nodiscard]] StreamLog::Time elapsed() const { return Clock::now() - start_; }
  [[nodiscard]] EchoKey key_of(std::size_t job, std::size_t number) const;
  void send_due(StreamLog::Time now);
  void send_round();
  void wait(int stop, Clock::time_point until);
  void drain();
  void take(const Seen& seen);
  void run_until_answered(Clock::time_point end);
  void wait_for_answers(StreamLog::Time timeout);
  [[nodiscard]] std::optional<StreamLog::Time> last_unanswered() const;
  [[nodiscard]] int drops(Family family) const;

  std::span<const Job> jobs_;
  std::vector<Line> lines_;
  std::vector<StreamLog> logs_;
  std::uint32_t first_cookie_;  // job i's is that and i; a packet's has the number below it
  std::size_t burst_;           // so many are sent before the answers are fetched
  std::size_t unfetched_ = 0;   // sent since then
  UniqueFd timer_;
  Clock::time_point start_;
  bool over_ = false;  // the descriptor was readable
  Inbox inbox_;
};

}  // namespace vethlab::icmp
