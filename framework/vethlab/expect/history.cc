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

std::string_view without_line_breaks_around(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.starts_with('\n')) text.remove_prefix(1);
  return text;
}

// A table begins with a line break, so that it stands apart from GoogleTest's words.
bool is_one_line(std::string_view answer) {
  while (answer.ends_with('\n')) answer.remove_suffix(1);
  return answer.find('\n') == std::string_view::npos;
}

std::string plain(const std::string& answer) {
  if (is_one_line(answer)) return " " + shortened(without_line_breaks_around(answer));
  const auto lines = lines_of(without_line_breaks_around(answer));
  std::string text;
  for (std::size_t i = 0; i < lines.size() && i < History::kMostLines; ++i)
    text += std::string(kIndent) + "  " + shortened(lines[i]);
  if (lines.size() > History::kMostLines)
    text += fmt::format("{}  … {} more lines …", kIndent, lines.size() - History::kMostLines);
  return text;
}

std::string explained(const std::string& answer, const std::string& explanation) {
  if (explanation.empty()) return plain(answer);
  if (is_one_line(answer) && is_one_line(explanation)) return plain(answer) + ", " + explanation;
  std::string text = plain(answer);
  for (const std::string_view line : lines_of(explanation))
    text += std::string(kIndent) + "  " + std::string(line);
  return text;
}

// Its rows, which begin with "    " or "  > ", stand below those of the answers before.
std::string marked_table(const std::string& table) {
  if (is_one_line(table)) return " " + table;
  std::string text;
  for (std::string_view line : lines_of(without_line_breaks_around(table))) {
    if (line.starts_with("    ") || line.starts_with("  > ")) line.remove_prefix(2);
    text += std::string(kIndent) + shortened(line);
  }
  return text;
}

}  // namespace

std::string moment_text(std::chrono::milliseconds time) {
  using namespace std::chrono_literals;
  if (time < 1s) return fmt::format("{} ms", time.count());
  return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000.0);
}

void History::add(std::chrono::milliseconds at, std::string answer, std::string explanation,
                  std::string marked) {
  ++asked_;
  last_at_ = at;
  explanation_ = std::move(explanation);
  marked_ = std::move(marked);
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

std::string History::text_of(const Entry& entry, bool newest) const {
  std::string text(kIndent);
  text += moment_text(entry.first);
  if (entry.last != entry.first) text += " to " + moment_text(entry.last);
  text += ':';
  if (!newest) return text + plain(entry.answer);
  return text + (marked_.empty() ? explained(entry.answer, explanation_) : marked_table(marked_));
}

std::string History::text() const {
  std::string text;
  for (const Entry& entry : first_)
    text += text_of(entry, last_.empty() && &entry == &first_.back());
  if (left_out_ > 0) text += fmt::format("{}… {} more …", kIndent, left_out_);
  for (const Entry& entry : last_) text += text_of(entry, &entry == &last_.back());
  return text;
}

}  // namespace vethlab::internal
