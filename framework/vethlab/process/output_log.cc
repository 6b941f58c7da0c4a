#include <vethlab/process/output_log.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <utility>

#include <fmt/format.h>

namespace vethlab {

std::ostream& operator<<(std::ostream& os, const OutputLine& line) {
  return os << fmt::format("{:.3f} s  {}", std::chrono::duration<double>(line.at).count(),
                           line.text);
}

namespace process {

void OutputLog::add(OutputLine line) {
  ++count_;
  if (head_.size() < kKept) return head_.push_back(std::move(line));
  tail_.push_back(std::move(line));
  if (tail_.size() <= kKept) return;
  tail_.pop_front();
  ++dropped_;
}

std::vector<OutputLog::Part> OutputLog::since(std::int64_t number) const {
  std::vector<Part> parts;
  const auto take = [&](std::int64_t first, const auto& lines) {
    const auto skipped = std::clamp<std::int64_t>(number - first, 0, std::ssize(lines));
    if (skipped < std::ssize(lines))
      parts.push_back({first + skipped, {lines.begin() + skipped, lines.end()}});
  };
  take(0, head_);
  take(std::ssize(head_) + dropped_, tail_);
  return parts;
}

void OutputLog::add(std::vector<Part> parts) {
  for (Part& part : parts) {
    if (part.first > count_) {  // dropped there before it could come here
      dropped_ += part.first - count_ + std::ssize(tail_);
      tail_.clear();
      count_ = part.first;
    }
    const auto known = std::clamp<std::int64_t>(count_ - part.first, 0, std::ssize(part.lines));
    for (auto line = part.lines.begin() + known; line != part.lines.end(); ++line)
      add(std::move(*line));
  }
}

std::vector<OutputLine> OutputLog::lines() const {
  std::vector<OutputLine> all = head_;
  if (dropped_ > 0)
    all.push_back(
        {.at = head_.back().at,
         .text = fmt::format("… {} line{} not kept …", dropped_, dropped_ == 1 ? " is" : "s are")});
  all.insert(all.end(), tail_.begin(), tail_.end());
  return all;
}

std::string OutputLog::text(bool err) const {
  std::string text;
  for (const OutputLine& line : lines())
    if (line.err == err) text.append(line.text).append("\n");
  return text;
}

}  // namespace process
}  // namespace vethlab
