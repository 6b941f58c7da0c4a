// private
#pragma once

#include <chrono>
#include <optional>
#include <span>

namespace vethlab {

// Probes of one kind under way (echoes; connections and datagrams), driven by run_together().
class ProbeRound {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  ProbeRound() = default;
  ProbeRound(const ProbeRound&) = delete;
  ProbeRound& operator=(const ProbeRound&) = delete;
  virtual ~ProbeRound() = default;

  // Sends what is due and gives up what is silent. When the next of that is due; none: all is known.
  virtual std::optional<TimePoint> step() = 0;
  // Reads what comes until then; what is there already, at once.
  virtual void wait(TimePoint until) = 0;
  // Readable when something has come.
  [[nodiscard]] virtual int descriptor() const = 0;
};

// All of them at once, until all is known of each.
void run_together(std::span<ProbeRound* const> rounds);

}  // namespace vethlab
