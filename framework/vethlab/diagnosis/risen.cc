#include <vethlab/diagnosis/risen.h>

#include <vethlab/diagnosis/watch.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace vethlab::diagnosis {
namespace {

using Counters = std::vector<std::int64_t>;

std::vector<bool> none(const Counters& of) { return std::vector<bool>(of.size(), false); }

// Twice a probe, each time followed by nothing for as long, and then for longer: what others send, however
// regularly, would have to keep time with that. Nothing is done meanwhile, so that they are not held up.
std::vector<bool> once(Case& judged, const std::function<Counters()>& read) {
  using Clock = std::chrono::steady_clock;
  Counters last = read();
  std::vector<bool> risen(last.size(), true);
  Counters each_time;
  for (const int pauses : {1, 2}) {
    const Clock::time_point begun = Clock::now();
    send_again(judged);
    const Counters sent = read();
    if (sent.size() != last.size() || sent == last) return none(last);
    std::this_thread::sleep_for((Clock::now() - begun) * pauses);
    const Counters idle = read();
    if (idle.size() != last.size()) return none(last);
    Counters rose = sent;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      rose[i] -= last[i];
      const bool as_before = each_time.empty() || rose[i] == each_time[i];
      if (rose[i] <= 0 || !as_before || idle[i] != sent[i]) risen[i] = false;
    }
    each_time = rose;
    last = idle;
  }
  return risen;
}

}  // namespace

std::vector<bool> risen(Case& judged, const std::function<std::vector<std::int64_t>()>& read) {
  // Now and then IPv6 asks for routers or tells its groups at the wrong moment; more so on a slow machine.
  constexpr int kAttempts = 4;
  std::vector<bool> found;
  for (int i = 0; i < kAttempts; ++i) {
    found = once(judged, read);
    if (std::ranges::find(found, true) != found.end()) break;
  }
  return found;
}

}  // namespace vethlab::diagnosis
