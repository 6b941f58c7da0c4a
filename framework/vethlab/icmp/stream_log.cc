#include <vethlab/icmp/stream_log.h>

#include <algorithm>
#include <array>

namespace vethlab::icmp {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t kColumns = 40;

}  // namespace

void StreamLog::sent(Time at, int error) {
  const Time lateness = at - due(size());
  if (lateness > interval()) ++counts_.late;
  counts_.most_late = std::max(counts_.most_late, duration_cast<microseconds>(lateness));
  echoes_.push_back({at, error == 0 ? Fate::kSilent : Fate::kNotSent, 0});
  if (error == 0) {
    ++counts_.sent;
    return;
  }
  auto entry = std::ranges::find(counts_.errors, error, &ErrnoCount::error);
  if (entry == counts_.errors.end()) entry = counts_.errors.insert(entry, {error, 0});
  ++entry->count;
}

void StreamLog::answered(std::uint64_t number, std::optional<int> ttl) {
  if (number >= size() || echoes_[number].fate == Fate::kNotSent) return;
  Echo& echo = echoes_[number];
  if (echo.fate == Fate::kAnswered) {
    ++counts_.duplicated;
    return;
  }
  echo.fate = Fate::kAnswered;
  echo.ttl = static_cast<std::uint8_t>(ttl.value_or(0));
  ++counts_.received;
  if (number < next_expected_) ++counts_.reordered;
  next_expected_ = std::max(next_expected_, number + 1);
}

// One that was answered, too, stays so.
void StreamLog::refused(std::uint64_t number, const IcmpAnswer& by) {
  if (number >= size() || echoes_[number].fate == Fate::kNotSent) return;
  if (echoes_[number].fate == Fate::kSilent) echoes_[number].fate = Fate::kRefused;
  auto entry = std::ranges::find_if(counts_.icmp, [&](const IcmpCount& known) {
    return known.error == by.error && known.from == by.from;
  });
  if (entry == counts_.icmp.end()) entry = counts_.icmp.insert(entry, {by.error, by.from, 0});
  ++entry->count;
}

std::optional<StreamLog::Time> StreamLog::last_unanswered() const {
  const auto last = std::find_if(echoes_.rbegin(), echoes_.rend(),
                                 [](const Echo& echo) { return echo.fate == Fate::kSilent; });
  return last != echoes_.rend() ? std::optional(last->at) : std::nullopt;
}

void StreamLog::find_gap(StreamReport& report) const {
  std::optional<microseconds> began;  // of the one that we are in
  const auto close = [&](microseconds at) {
    if (began && at - *began > report.longest_gap) {
      report.longest_gap = at - *began;
      report.gap_began = began;
    }
    began.reset();
  };
  for (const Echo& echo : echoes_) {
    const auto at = duration_cast<microseconds>(echo.at);
    if (echo.fate == Fate::kAnswered) close(at);
    else if (!began) began = at;
  }
  close(report.duration);
}

void StreamLog::find_ttls(StreamReport& report) const {
  int before = 0;
  for (const Echo& echo : echoes_) {
    const int ttl = echo.ttl;
    if (ttl == 0 || ttl == before) continue;
    if (before == 0) report.ttl = ttl;
    else report.ttl_changes.push_back({duration_cast<microseconds>(echo.at), before, ttl});
    before = ttl;
  }
}

std::string StreamLog::timeline(Time end) const {
  struct Part {
    int echoes = 0;
    int answered = 0;
  };
  const std::size_t columns = std::min(size(), kColumns);
  std::array<Part, kColumns> parts;
  for (const Echo& echo : echoes_) {
    const auto column = echo.at * static_cast<Time::rep>(columns) / std::max(end, Time(1));
    Part& part = parts[std::min(static_cast<std::size_t>(column), columns - 1)];
    ++part.echoes;
    if (echo.fate == Fate::kAnswered) ++part.answered;
  }
  std::string signs;
  for (std::size_t i = 0; i < columns; ++i) {
    const Part& part = parts[i];
    if (part.echoes == 0) signs += " ";
    else if (part.answered == part.echoes) signs += "·";
    else signs += part.answered == 0 ? "✗" : "▒";
  }
  return signs;
}

StreamReport StreamLog::report(Time end) const {
  if (!echoes_.empty()) end = std::max(end, echoes_.back().at);
  StreamReport report = counts_;
  report.per_second = per_second_;
  report.duration = duration_cast<microseconds>(end);
  // At the start there was one at once: as many as are due, and one.
  const double rate = static_cast<double>(size()) / std::chrono::duration<double>(end).count();
  report.kept = std::min<double>(rate, per_second_);
  report.lost = report.sent - report.received;
  find_gap(report);
  find_ttls(report);
  report.timeline = timeline(end);
  return report;
}

}  // namespace vethlab::icmp
