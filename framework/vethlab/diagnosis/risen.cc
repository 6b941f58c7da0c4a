#include <vethlab/diagnosis/risen.h>

#include <vethlab/diagnosis/watch.h>

#include <algorithm>
#include <chrono>

namespace vethlab::diagnosis {
namespace {

using Counters = std::vector<std::int64_t>;

std::vector<bool> once(Case& judged, const std::function<Counters()>& read) {
  using Clock = std::chrono::steady_clock;
  const Counters before = read();
  std::vector<bool> risen(before.size(), false);
  if (before.empty()) return risen;
  send_again(judged);
  const Counters first = read();
  if (first == before) return risen;
  const Clock::time_point begun = Clock::now();
  send_again(judged);
  const Counters second = read();
  if (first.size() != before.size() || second.size() != before.size()) return risen;
  for (std::size_t i = 0; i < before.size(); ++i)
    risen[i] = first[i] > before[i] && second[i] - first[i] == first[i] - before[i];
  const auto took = Clock::now() - begun;
  for (const Clock::time_point end = Clock::now() + took; Clock::now() < end;) {
    const Counters idle = read();  // what rises now, others raise
    if (idle.size() != before.size()) return std::vector<bool>(before.size(), false);
    for (std::size_t i = 0; i < before.size(); ++i)
      if (idle[i] != second[i]) risen[i] = false;
  }
  return risen;
}

}  // namespace

std::vector<bool> risen(Case& judged, const std::function<std::vector<std::int64_t>()>& read) {
  // Now and then IPv6 asks for routers or tells its groups at the wrong moment; more so on a slow machine.
  constexpr int kAttempts = 6;
  std::vector<bool> found;
  for (int i = 0; i < kAttempts; ++i) {
    found = once(judged, read);
    if (std::ranges::find(found, true) != found.end()) break;
  }
  return found;
}

}  // namespace vethlab::diagnosis
