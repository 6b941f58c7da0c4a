#pragma once

#include <vethlab/base/stream.h>

#include <chrono>

namespace vethlab {

inline StreamReport good() {
  return {.to = "b (10.0.0.2)",
          .per_second = 1000,
          .kept = 1000,
          .duration = std::chrono::milliseconds(3200),
          .sent = 3200,
          .received = 3200,
          .ttl = 64,
          .most_late = std::chrono::microseconds(80),
          .timeline = "············"};
}

inline StreamReport with_a_gap() {
  StreamReport report = good();
  report.to = "10.0.0.2";
  report.received = 2388;
  report.lost = 812;
  report.longest_gap = std::chrono::microseconds(812345);
  report.gap_began = std::chrono::milliseconds(1003);
  report.timeline = "····✗✗✗·····";
  return report;
}

}  // namespace vethlab
