#include <vethlab/diagnosis/risen.h>

#include <vethlab/diagnosis/watch.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace vethlab::diagnosis {
namespace {

using namespace std::chrono_literals;
using Counters = std::vector<std::int64_t>;

// What a node sends by itself in so short a time: it asks for a neighbour, of IPv6 for routers, too, and
// tells its groups.
constexpr std::int64_t kOthers = 3;

std::vector<bool> none(const Counters& of) { return std::vector<bool>(of.size(), false); }

// How often it has counted each of the probes (one that is larger than the mtu is several packets); 0: it has not.
std::int64_t times(std::int64_t rose, int probes) {
  return rose % probes <= kOthers ? rose / probes : 0;
}

void send_many(Case& judged, int probes, std::chrono::nanoseconds wait) {
  for (int i = 0; i < probes; ++i) {
    forget_questions(judged);
    send_alone(judged, i + 1 < probes ? wait : wait + judged.transit);
  }
  forget_questions(judged);
}

// `wait`: after each probe, for it to get to where it is dropped. `moves`: something has risen at all.
std::vector<bool> once(Case& judged, const std::function<Counters()>& read,
                       std::chrono::milliseconds wait, bool& moves) {
  using Clock = std::chrono::steady_clock;
  Counters before = read();
  send_again(judged);
  Counters last = read();
  moves = last != before;
  if (last.size() != before.size() || !moves) return none(before);
  std::vector<bool> counted(last.size(), true);
  Counters each_time(last.size(), 0);
  for (const int probes : {7, 12}) {
    const Clock::time_point begun = Clock::now();
    send_many(judged, probes, wait);
    const Counters sent = read();
    const Clock::time_point until = Clock::now() + (Clock::now() - begun);
    Counters idle = read();
    while (Clock::now() < until) idle = read();
    if (sent.size() != last.size() || idle.size() != last.size()) return none(last);
    for (std::size_t i = 0; i < sent.size(); ++i) {
      const std::int64_t found = times(sent[i] - last[i], probes);
      const bool as_before = each_time[i] == 0 || found == each_time[i];
      if (found == 0 || !as_before || std::abs(idle[i] - sent[i]) > kOthers) counted[i] = false;
      each_time[i] = found;
    }
    last = idle;
  }
  return counted;
}

}  // namespace

std::vector<bool> risen(Case& judged, const std::function<std::vector<std::int64_t>()>& read) {
  // A busy machine takes longer; a slow wire is waited for anyway.
  const bool is_slow = judged.transit > 20ms;
  std::vector<bool> found;
  int still = 0;
  for (const auto wait : {1ms, 4ms, 16ms}) {
    if (is_slow && wait < 16ms) continue;
    bool moves = false;
    found = once(judged, read, wait, moves);
    if (std::ranges::find(found, true) != found.end() || (!moves && ++still == 2)) break;
  }
  return found;
}

}  // namespace vethlab::diagnosis
