#include <vethlab/base/stream.h>

#include <vethlab/base/errors.h>

#include <algorithm>
#include <ostream>
#include <string_view>

#include <fmt/format.h>

namespace vethlab {
namespace {

using std::chrono::microseconds;
using namespace std::chrono_literals;

// Of entries that could be thousands, so many are shown.
constexpr std::size_t kShown = 3;

std::string seconds(microseconds time) {
  if (time < 1ms) return fmt::format("{} us", time.count());
  return fmt::format("{:.3f} s", std::chrono::duration<double>(time).count());
}

std::string times(int count) { return count == 1 ? "once" : fmt::format("{} times", count); }

template <class T>
void print_some(std::ostream& os, const std::vector<T>& entries, std::string_view before) {
  const std::size_t shown = std::min(entries.size(), kShown);
  for (std::size_t i = 0; i < shown; ++i) os << (i == 0 ? before : ", ") << entries[i];
  if (shown < entries.size()) os << " and " << entries.size() - shown << " more";
}

void print_counts(std::ostream& os, const StreamReport& r) {
  if (r.sent == 0) os << "none sent";
  else if (r.lost == 0) os << r.sent << " sent, none lost";
  else os << r.sent << " sent, " << r.lost << " lost";
  if (r.duplicated > 0) os << ", " << r.duplicated << " duplicated";
  if (r.reordered > 0) os << ", " << r.reordered << " reordered";
}

void print_gap(std::ostream& os, const StreamReport& r) {
  if (!r.gap_began) return;
  os << "; longest gap " << seconds(r.longest_gap) << " at " << seconds(*r.gap_began);
  if (*r.gap_began + r.longest_gap >= r.duration) os << ", to the end";
}

// What takes from the report's worth.
void print_trouble(std::ostream& os, const StreamReport& r) {
  if (r.late > 0 && r.kept < 0.99 * r.per_second)
    os << fmt::format("; the machine kept {:.0f}/s only", r.kept);
  if (r.late > 0) os << "; " << r.late << " sent late, by up to " << seconds(r.most_late);
  if (const int unread = std::min(r.overrun, r.lost); unread > 0)
    os << "; up to " << unread << " of the lost may have been answered, and dropped here unread";
}

}  // namespace

std::ostream& operator<<(std::ostream& os, const TtlChange& c) {
  return os << c.from << " to " << c.to << " at " << seconds(c.at);
}

std::ostream& operator<<(std::ostream& os, const IcmpCount& c) {
  return os << c.error << " from " << c.from << ' ' << times(c.count);
}

std::ostream& operator<<(std::ostream& os, const ErrnoCount& c) {
  return os << errno_name(c.error) << " (" << errno_text(c.error) << ") " << times(c.count);
}

std::ostream& operator<<(std::ostream& os, const StreamReport& r) {
  os << r.per_second << "/s to " << r.to << " for " << seconds(r.duration) << ": ";
  print_counts(os, r);
  print_gap(os, r);
  print_some(os, r.ttl_changes, "; ttl ");
  print_some(os, r.icmp, "; ICMP ");
  print_some(os, r.errors, "; not sent: ");
  print_trouble(os, r);
  return os << " |" << r.timeline << '|';
}

}  // namespace vethlab
