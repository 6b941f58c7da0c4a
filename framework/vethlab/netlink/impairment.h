#pragma once

#include <chrono>
#include <cstdint>

namespace vethlab {

// What a wire does to what is sent at either of its ends (= tc qdisc … netem). {}: nothing.
struct Impairment {
  std::chrono::milliseconds delay{0};  // one way, up to an hour
  std::chrono::milliseconds jitter{
      0};                   // the delay is as likely any within ± this, up to 2 s: packets
                            // may overtake each other
  double loss_percent = 0;  // 0 to 100, of each packet by itself
  std::int64_t rate_bits_per_second = 0;  // 8 or more; 0: no limit

  bool operator==(const Impairment&) const = default;
};

}  // namespace vethlab
