// private
#pragma once

#include <vethlab/base/probe.h>
#include <vethlab/base/stream.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vethlab::icmp {

// What becomes of the echoes of a stream to one destination, and what there is to say of that: pure.
// Numbers count from 0, times from the stream's start.
class StreamLog {
 public:
  using Time = std::chrono::nanoseconds;

  explicit StreamLog(int per_second) : per_second_(per_second) {}

  [[nodiscard]] Time interval() const { return Time(1'000'000'000 / per_second_); }
  [[nodiscard]] Time due(std::size_t number) const {
    return interval() * static_cast<Time::rep>(number);
  }

  // The next one is with the kernel at that time, or was refused with an errno.
  void sent(Time at, int error);
  // Of a number that was sent; any other is nobody's.
  void answered(std::uint64_t number, std::optional<int> ttl);
  void refused(std::uint64_t number, const IcmpAnswer& by);

  [[nodiscard]] std::size_t size() const { return echoes_.size(); }
  // One more than the highest number that was answered; 0: none was.
  [[nodiscard]] std::uint64_t next_expected() const { return next_expected_; }
  // When the last one of those without an answer was sent; none: each has one.
  [[nodiscard]] std::optional<Time> last_unanswered() const;

  // `end`: of the sending, if that is after the last echo.
  [[nodiscard]] StreamReport report(Time end) const;

 private:
  enum class Fate : std::uint8_t { kNotSent, kSilent, kRefused, kAnswered };
  struct Echo {
    Time at;
    Fate fate;
    std::uint8_t ttl;  // 0: unknown
  };

  void find_gap(StreamReport& report) const;
  void find_ttls(StreamReport& report) const;
  [[nodiscard]] std::string timeline(Time end) const;

  int per_second_;
  std::vector<Echo> echoes_;
  std::uint64_t next_expected_ = 0;
  StreamReport counts_;
};

}  // namespace vethlab::icmp
