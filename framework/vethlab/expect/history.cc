#include <vethlab/expect/history.h>

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

constexpr std::string_view kIndent = "\n    ";

std::string shortened(std::string_view line) {
  if (line.size() <= History::kMostBytes) return std::string(line);
  return fmt::format("{} … {} more bytes", line.substr(0, History::kMostBytes),
                     line.size() - History::kMostBytes);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (;;) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string moment_text(std::chrono::milliseconds time) {
  using namespace std::chrono_literals;
  if (time < 1s) return fmt::format("{} ms", time.count());
  return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000.0);
}

void History::add(std::chrono::milliseconds at, std::string answer, std::string explanation) {
  ++asked_;
  last_at_ = at;
  explanation_ = std::move(explanation);
  Entry* const newest = !last_.empty() ? &last_.back() : !first_.empty() ? &first_.back() : nullptr;
  if (newest != nullptr && newest->answer == answer) {
    newest->last = at;
    return;
  }
  if (first_.size() < kKept) return first_.push_back({at, at, std::move(answer)});
  last_.push_back({at, at, std::move(answer)});
  if (last_.size() <= kKept) return;
  last_.pop_front();
  ++left_out_;
}

// A table begins with a line break, so that it stands apart from GoogleTest's words.
std::string History::text_of(const Entry& entry, const std::string& explanation) {
  std::string text(kIndent);
  text += moment_text(entry.first);
  if (entry.last != entry.first) text += " to " + moment_text(entry.last);
  text += ':';
  std::string_view answer = entry.answer;
  while (answer.ends_with('\n')) answer.remove_suffix(1);
  const bool one_line = answer.find('\n') == std::string_view::npos;
  if (one_line) text += " " + shortened(answer);
  if (answer.starts_with('\n')) answer.remove_prefix(1);
  if (!one_line) {
    const auto lines = lines_of(answer);
    for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i)
      text += std::string(kIndent) + "  " + shortened(lines[i]);
    if (lines.size() > kMostLines)
      text += fmt::format("{}  … {} more lines …", kIndent, lines.size() - kMostLines);
  }
  if (explanation.empty()) return text;
  if (one_line && explanation.find('\n') == std::string::npos) return text + ", " + explanation;
  for (const std::string_view line : lines_of(explanation))
    text += std::string(kIndent) + "  " + std::string(line);
  return text;
}

std::string History::text() const {
  std::string text;
  const std::string none;
  for (const Entry& entry : first_) {
    const bool newest = last_.empty() && &entry == &first_.back();
    text += text_of(entry, newest ? explanation_ : none);
  }
  if (left_out_ > 0) text += fmt::format("{}… {} more …", kIndent, left_out_);
  for (const Entry& entry : last_)
    text += text_of(entry, &entry == &last_.back() ? explanation_ : none);
  return text;
}

}  // namespace vethlab::internal
