#include <vethlab/diagnosis/causes.h>

#include <vethlab/diagnosis/risen.h>
#include <vethlab/diagnosis/tc.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::diagnosis {
namespace {

// Those that only hold filters: what they drop, a filter drops.
bool holds_filters(const Discipline& each) {
  return each.kind == "clsact" || each.kind == "ingress";
}

// Which of the filters it is, if that can be told: those whose own count has risen, else one of those that
// count nothing. Empty: none of them.
std::string of_filters(const std::vector<TcFilter>& filters, const std::vector<bool>& risen) {
  std::vector<std::string> texts;
  std::vector<std::string> silent;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (i + 1 < risen.size() && risen[i + 1]) texts.push_back('"' + filters[i].text + '"');
    if (!filters[i].counts) silent.push_back('"' + filters[i].text + '"');
  }
  if (texts.empty()) texts = silent;
  if (texts.size() <= 1) return texts.empty() ? "" : "tc's filter " + texts.front();
  return fmt::format("one of tc's filters {}", fmt::join(texts, ", "));
}

// What a queue holds is there for the whole time that the probe would wait.
bool keeps(const Case& judged, const Node& node, const std::string& dev) {
  using Clock = std::chrono::steady_clock;
  const auto waiting = [&] {
    std::int64_t sum = 0;
    for (const Discipline& each : disciplines(node, dev)) sum += each.waiting;
    return sum;
  };
  const Clock::time_point until = Clock::now() + judged.options.timeout;
  std::int64_t most = 0;
  do {
    const std::int64_t now = waiting();
    if (now < most) return false;
    most = now;
  } while (Clock::now() < until);
  return most > 0;
}

}  // namespace

Finding dropped_by_filter(Case& judged, const Node& node, const std::string& dev, Way way) {
  const char* const where = way == Way::kIn ? "ingress" : "egress";
  const auto there = disciplines(node, dev);
  const auto holder = std::ranges::find_if(there, holds_filters);
  if (holder == there.end()) return {};
  const std::vector<TcFilter> filters = tc_filters(node, dev, where);
  if (filters.empty()) return {};
  // The first is of all that is dropped there, the others each filter's.
  const std::vector<bool> counted = risen(judged, [&] {
    std::vector<std::int64_t> counters = {0};
    for (const Discipline& each : disciplines(node, dev))
      if (holds_filters(each)) counters.front() += each.drops;
    for (const TcFilter& each : tc_filters(node, dev, where)) counters.push_back(each.drops);
    return counters;
  });
  if (!counted.front()) return {};
  const std::string which = of_filters(filters, counted);
  // What all drop is one number for both ways: it may be the answer, which is dropped as it leaves.
  const bool own = std::ranges::find(counted.begin() + 1, counted.end(), true) != counted.end();
  const bool other_way = holder->kind == "clsact" &&
                         !tc_filters(node, dev, way == Way::kIn ? "egress" : "ingress").empty();
  if (which.empty() || (!own && other_way)) return {};
  return {fmt::format("{} drops it as it {} {}: {}", node.name(),
                      way == Way::kIn ? "comes in on" : "is to leave by", dev, which),
          {fmt::format("the drops that {} counts there rise with each probe that is sent, and not "
                       "without",
                       holder->kind)},
          &node,
          dev};
}

// That there is one says nothing; that it has more to answer for after each probe does.
Finding dropped_by_qdisc(Case& judged, const Node& node, const Link& link) {
  if (link.qdisc == "blackhole")
    return {fmt::format("{}'s {} drops all it is given to send (qdisc blackhole)", node.name(),
                        link.name),
            {},
            &node,
            link.name};
  if (link.qdisc.empty() || link.qdisc == "noqueue" || link.qdisc == "noop") return {};
  const std::vector<bool> counted = risen(judged, [&] {
    std::int64_t drops = 0;
    std::int64_t waiting = 0;
    for (const Discipline& each : disciplines(node, link.name)) {
      if (holds_filters(each)) continue;
      drops += each.drops;
      waiting += each.waiting;
    }
    return std::vector<std::int64_t>{drops, drops + waiting};
  });
  const bool drops = counted.front();
  if (!drops && (!counted.back() || !keeps(judged, node, link.name))) return {};
  return {fmt::format("{}'s {} was to send it, and its qdisc {} {}", node.name(), link.name,
                      link.qdisc, drops ? "drops it" : "keeps it for longer than the probe waits"),
          {fmt::format("{} with each probe that is sent, and not without",
                       drops ? "the drops that it counts rise" : "what it holds rises")},
          &node,
          link.name};
}

}  // namespace vethlab::diagnosis
