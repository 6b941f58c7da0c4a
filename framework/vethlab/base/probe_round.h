// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace vethlab {

// Probes of one kind under way (echoes; connections and datagrams), driven by run_together().
class ProbeRound {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  ProbeRound();  // Refusal, where there is no descriptor left
  ProbeRound(const ProbeRound&) = delete;
  ProbeRound& operator=(const ProbeRound&) = delete;
  virtual ~ProbeRound() = default;

  // Sends what is due and gives up what is silent. When the next of that is due; none: all is known.
  virtual std::optional<TimePoint> step() = 0;
  // Reads what comes until then; what is there already, at once.
  virtual void wait(TimePoint until) = 0;
  // Readable when something has come.
  [[nodiscard]] int descriptor() const { return epoll_.get(); }

 protected:
  // epoll(7): what wakes wait(), as events of a descriptor.
  void watch(int fd, std::uint32_t events);
  void forget(int fd);
  // Those there are by then, as many as `room` holds, at its beginning.
  std::span<epoll_event> ready(std::span<epoll_event> room, TimePoint until);

 private:
  UniqueFd epoll_;
};

// All of them at once, until all is known of each.
void run_together(std::span<ProbeRound* const> rounds);

}  // namespace vethlab
