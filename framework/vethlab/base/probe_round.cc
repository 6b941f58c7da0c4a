#include <vethlab/base/probe_round.h>

#include <vethlab/base/deadline.h>

#include <poll.h>

#include <algorithm>
#include <vector>

namespace vethlab {

void run_together(std::span<ProbeRound* const> rounds) {
  for (;;) {
    std::vector<ProbeRound*> open;
    std::vector<pollfd> events;
    std::optional<ProbeRound::TimePoint> next;
    for (ProbeRound* const round : rounds) {
      const auto due = round->step();
      if (!due) continue;
      next = next ? std::min(*next, *due) : *due;
      open.push_back(round);
      events.push_back({round->descriptor(), POLLIN, 0});
    }
    if (open.empty()) return;
    if (open.size() == 1) {
      open.front()->wait(*next);
      continue;
    }
    ::poll(events.data(), events.size(), Deadline(*next).poll_timeout());
    for (ProbeRound* const round : open) round->wait(ProbeRound::TimePoint());
  }
}

}  // namespace vethlab
