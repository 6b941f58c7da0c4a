#include <vethlab/expect/table_matching.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace vethlab::internal {
namespace {

thread_local TableHearing* hearing = nullptr;

// "which has via 10.0.0.2": "has via 10.0.0.2", to stand after a colon.
std::string without_which(std::string_view words) {
  constexpr std::string_view kWhich = "which ";
  if (words.starts_with(kWhich)) words.remove_prefix(kWhich.size());
  return std::string(words);
}

std::string with(std::string_view verdict, std::string_view reason) {
  std::string text(verdict);
  if (!reason.empty()) text.append(": ").append(without_which(reason));
  return text;
}

// GoogleTest's "whose element #1 doesn't match, which has via 10.0.0.2" is said at that row. Since 1.18 it has
// the element and its matcher in it, "whose element #1 (…) doesn't have via …", and no text here: what the
// element itself has said is as much.
struct SaidOfOne {
  std::size_t row;
  std::string text;
};
std::optional<SaidOfOne> said_of_one(std::string_view words) {
  constexpr std::string_view kBegin = "whose element #";
  if (!words.starts_with(kBegin)) return {};
  words.remove_prefix(kBegin.size());
  SaidOfOne said{};
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), said.row);
  if (error != std::errc()) return {};
  words.remove_prefix(static_cast<std::size_t>(end - words.data()));
  if (words.find("whose element #") != std::string_view::npos) return {};  // of several
  if (words.starts_with(" (")) return said;
  for (const std::string_view verdict : {" doesn't match", " matches"}) {
    if (!words.starts_with(verdict)) continue;
    words.remove_prefix(verdict.size());
    if (words.starts_with(", ")) words.remove_prefix(2);
    said.text = with(verdict.substr(1), words);
    return said;
  }
  return {};
}

// GoogleTest's AllOf says of a part that says nothing, since 1.15, that it doesn't match.
std::string said_by_parts(const std::string& words) {
  return words.starts_with("which doesn't match (") ? "" : words;
}

// Of a table that nobody would read to its end: its ends, and what is marked, with what stands around.
std::vector<bool> shown_rows(const std::vector<std::string>& said) {
  constexpr std::size_t kMostRows = 100;
  constexpr std::size_t kOfEachEnd = 10;
  constexpr std::size_t kMostMarks = 20;
  constexpr std::size_t kAround = 2;
  const std::size_t size = said.size();
  std::vector<bool> shown(size, size <= kMostRows);
  if (size <= kMostRows) return shown;
  const auto show = [&](std::size_t begin, std::size_t end) {
    std::fill(shown.begin() + static_cast<std::ptrdiff_t>(begin),
              shown.begin() + static_cast<std::ptrdiff_t>(std::min(end, size)), true);
  };
  show(0, kOfEachEnd);
  show(size - kOfEachEnd, size);
  for (std::size_t i = 0, marks = 0; i < size && marks < kMostMarks; ++i) {
    if (said[i].empty()) continue;
    show(i - std::min(i, kAround), i + kAround + 1);
    ++marks;
  }
  return shown;
}

std::string indented(std::string_view text, std::string_view first, std::string_view others) {
  std::string result(first);
  for (const char c : text) {
    result += c;
    if (c == '\n') result += others;
  }
  return result;
}

}  // namespace

TableHearing::TableHearing() : before_(std::exchange(hearing, this)) {}
TableHearing::~TableHearing() { hearing = before_; }
TableHearing* TableHearing::current() { return hearing; }

TableHearing::Unheard::Unheard() : hearing_(std::exchange(hearing, nullptr)) {}
TableHearing::Unheard::~Unheard() { hearing = hearing_; }

bool TableHearing::ask_in_turn(Turn turn, const Ask& ask, testing::MatchResultListener* listener) {
  struct Restore {
    Turn& turn;
    Turn before;
    ~Restore() { turn = before; }
  } restore{turn_, turn_};
  turn_ = turn;
  return ask(listener);
}

bool TableHearing::ask_list(const Ask& ask, testing::MatchResultListener* listener) {
  if (turn_ != Turn::kEntry)
    return ask_in_turn(Turn::kNobody, ask, listener);  // a route's next hops
  const std::size_t before = answers_.size();
  const bool matches = ask(listener);
  if (matches) answers_.resize(before);  // not why the whole failed
  return matches;
}

bool TableHearing::ask_entry(const void* entry, const Ask& ask,
                             testing::MatchResultListener* listener) {
  if (turn_ == Turn::kNobody) return ask(listener);
  testing::StringMatchResultListener words;
  const bool matches = ask_in_turn(Turn::kNobody, ask, &words);
  if (turn_ == Turn::kCondition) {
    if (matches) ++now_.met;
    else if (const std::string said = without_which(words.str()); !said.empty())
      now_.unmet.append(now_.unmet.empty() ? "" : ", ").append(said);
    return true;  // so that AllOf goes on to its next one
  }
  *listener << words.str();
  now_ = {.entry = entry, .matches = matches};
  if (!matches) {
    testing::StringMatchResultListener nobody;
    ask_in_turn(Turn::kCondition, ask, &nobody);
    if (now_.unmet.empty()) now_.unmet = without_which(words.str());
  }
  answers_.push_back(now_);
  return matches;
}

// None: it was not asked, or matches.
const TableHearing::Answer* TableHearing::nearest_of(const void* entry) const {
  const Answer* nearest = nullptr;
  for (const Answer& answer : answers_) {
    if (answer.entry != entry) continue;
    if (answer.matches) return nullptr;
    if (nearest == nullptr || answer.met > nearest->met) nearest = &answer;
  }
  return nearest;
}

std::string TableHearing::value(const Row& row, const std::string& words) const {
  const Answer* const answer = nearest_of(row.entry);
  const std::string text = "\n    " + indented(row.text, "", "    ");
  if (answer != nullptr && !answer->unmet.empty()) return text + "\n  which " + answer->unmet;
  return words.empty() ? text : text + "\n  " + words;
}

// Of those that were asked; none, where none is nearer than the others.
std::vector<std::string> TableHearing::marks_of_nearest(
    const std::vector<const Answer*>& answers) const {
  std::vector<std::string> marks(answers.size());
  int most = 0;
  for (const Answer* const answer : answers)
    if (answer != nullptr) most = std::max(most, answer->met);
  const auto asked = std::ranges::count_if(answers, [](auto* answer) { return answer != nullptr; });
  const auto is_nearest = [&](const Answer* answer) {
    return answer != nullptr && answer->met == most;
  };
  const auto nearest = std::ranges::count_if(answers, is_nearest);
  if (most == 0 || (asked > 1 && nearest == asked)) return marks;
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (is_nearest(answers[i])) marks[i] = with("nearest", answers[i]->unmet);
  return marks;
}

// What is said at each row of which something is to be said. Contains is who says nothing itself: its
// entries all failed, and only the nearest are told, if some are nearer than others.
std::vector<std::string> TableHearing::marks(const std::vector<Row>& rows, bool of_contains) const {
  std::vector<std::string> marks(rows.size());
  for (const auto& [entry, words] : marked_)
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].entry == entry) marks[i] = words;
  if (!marked_.empty()) return marks;
  std::vector<const Answer*> answers(rows.size());
  std::ranges::transform(rows, answers.begin(),
                         [&](const Row& row) { return nearest_of(row.entry); });
  if (of_one_ || (of_contains && std::ranges::count(answers, nullptr) == 0))
    return marks_of_nearest(answers);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (answers[i] != nullptr) marks[i] = with("doesn't match", answers[i]->unmet);
  return marks;
}

std::string TableHearing::table(const std::vector<Row>& rows,
                                const std::string& said_by_all) const {
  const std::string words = said_by_parts(said_by_all);
  if (rows.empty()) return words.empty() ? "(none)" : "(none), " + words;
  std::vector<std::string> said(rows.size());
  auto one = said_of_one(words);
  if (one && one->row < rows.size() && one->text.empty())
    if (const Answer* const answer = nearest_of(rows[one->row].entry))
      one->text = with("doesn't match", answer->unmet);
  const bool of_one = one && one->row < rows.size() && !one->text.empty();
  if (of_one) said[one->row] = one->text;
  else said = marks(rows, words.empty());
  const std::vector<bool> shown = shown_rows(said);
  std::string text;
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!shown[i]) {
      ++left_out;
      continue;
    }
    if (left_out > 0) text += "\n    … " + std::to_string(left_out) + " more";
    left_out = 0;
    text += '\n' + indented(rows[i].text, said[i].empty() ? "    " : "  > ", "    ");
    if (!said[i].empty()) text += "    " + said[i];
  }
  return of_one || words.empty() ? text : text + "\n  " + indented(words, "", "  ");
}

}  // namespace vethlab::internal
