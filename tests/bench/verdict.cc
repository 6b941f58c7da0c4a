#include "verdict.h"

#include <algorithm>
#include <cstdio>

namespace vethlab::bench {

void Verdict::ReportRuns(const std::vector<Run>& runs) {
  std::vector<Run> shown;
  for (const Run& run : runs) {
    if (run.error_occurred) {
      failed_ = true;
      return ConsoleReporter::ReportRuns({run});  // the others' errors are the same or follow
    }
    if (run.run_type != Run::RT_Aggregate) continue;
    shown.push_back(run);
    if (run.aggregate_name == "median") {
      medians_[run.run_name.function_name] = run.GetAdjustedRealTime();
    }
  }
  ConsoleReporter::ReportRuns(shown);
}

// A filter on the command line leaves some out.
bool Verdict::has(const std::string& subject, const std::vector<std::string>& by) const {
  return std::ranges::all_of(
      by, [&](const std::string& name) { return medians_.contains(subject + "/" + name); });
}

void Verdict::Finalize() {
  ConsoleReporter::Finalize();
  if (failed_) return;
  if (has("story", {"floor", "ours", "iproute2"})) {
    std::printf("story: %.2fx floor, %.1fx faster than iproute2\n",
                median("story/ours") / median("story/floor"),
                median("story/iproute2") / median("story/ours"));
  }
  if (has("story", {"ours"}) && has("leak_check", {"ours"})) {
    std::printf("leak check: %.1f %% of the story\n",
                100 * median("leak_check/ours") / median("story/ours"));
  }
  if (has("mesh32", {"floor", "ours"})) {
    std::printf("mesh32: %.2fx floor\n", median("mesh32/ours") / median("mesh32/floor"));
  }
  if (has("run", {"floor", "ours"})) {
    std::printf("run: %.2fx bare fork+setns+exit\n", median("run/ours") / median("run/floor"));
  }
  if (has("exec", {"iproute2", "ours"})) {
    std::printf("exec: %.1fx faster than ip netns exec\n",
                median("exec/iproute2") / median("exec/ours"));
  }
  if (has("spawn", {"floor", "ours"})) {
    std::printf("spawn: %.2fx bare fork+setns+exec\n",
                median("spawn/ours") / median("spawn/floor"));
  }
  if (has("socket", {"floor", "ours"})) {
    std::printf("socket: %.0f us (floor: %.0f us)\n", median("socket/ours"),
                median("socket/floor"));
  }
  if (has("why", {"route", "firewall", "counters", "kernel"})) {
    std::printf(
        "why: %.0f ms of a route, %.0f ms of a firewall, %.0f ms by counters, %.0f ms where only "
        "the kernel tells\n",
        median("why/route"), median("why/firewall"), median("why/counters"), median("why/kernel"));
  }
}

}  // namespace vethlab::bench
