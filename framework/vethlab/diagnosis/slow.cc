#include <vethlab/diagnosis/slow.h>

#include <vethlab/base/time_text.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

using std::chrono::milliseconds;

// Where most of its time went: between two moments at which it, or its answer, was seen.
struct Gap {
  const Sighting* from = nullptr;
  const Sighting* to = nullptr;
  std::chrono::nanoseconds time{0};
};

Gap largest_gap(const Case& judged) {
  std::vector<const Sighting*> seen;
  for (const auto* list : {&judged.requests, &judged.answers})
    for (const Sighting& each : *list) seen.push_back(&each);
  std::ranges::stable_sort(seen, {}, [](const Sighting* each) { return each->packet.time; });
  Gap largest;
  for (std::size_t i = 1; i < seen.size(); ++i)
    if (const auto time = seen[i]->packet.time - seen[i - 1]->packet.time; time > largest.time)
      largest = {seen[i - 1], seen[i], time};
  return largest;
}

std::string place(const Gap& gap) {
  if (gap.from->node == gap.to->node) return "in " + gap.from->node->name();
  return fmt::format("between {}'s {} and {}'s {}", gap.from->node->name(), gap.from->packet.dev,
                     gap.to->node->name(), gap.to->packet.dev);
}

}  // namespace

Finding passed_now(const Case& judged) {
  const auto took = std::chrono::duration_cast<milliseconds>(judged.again.rtt.front());
  const Gap gap = largest_gap(judged);
  if (took * 2 < judged.first.waited || gap.from == nullptr)
    return {"sent once more, it passes: what it was cannot be seen any more", {}, nullptr, {}};
  return {fmt::format("sent once more, it passes, and is slow: answered after {}, {} of that {}",
                      time_text(took),
                      time_text(std::chrono::duration_cast<milliseconds>(gap.time)), place(gap)),
          {},
          gap.from->node == gap.to->node ? gap.from->node : nullptr,
          {}};
}

}  // namespace vethlab::diagnosis
