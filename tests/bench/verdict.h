#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace vethlab::bench {

// Shows a table of the repetitions' aggregates, and at last what they come to: the ratios of
// medians.
class Verdict : public benchmark::ConsoleReporter {
 public:
  Verdict() : ConsoleReporter(OO_None) {}

  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

  [[nodiscard]] bool failed() const { return failed_; }

 private:
  [[nodiscard]] bool has(const std::string& subject, const std::vector<std::string>& by) const;
  [[nodiscard]] double median(const std::string& name) const { return medians_.at(name); }

  std::map<std::string, double> medians_;  // by the benchmark's name
  bool failed_ = false;
};

}  // namespace vethlab::bench
