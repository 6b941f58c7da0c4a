#pragma once

#include <gmock/gmock.h>

#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// Why a list did not match, entry by entry. GoogleTest's Contains says nothing of what it found, its
// ElementsAre speaks of "element #3" below a list that is printed in one line. Here EXPECT_THAT prints
// the list as `ip` does, and marks the entries that matter:
//
//     default via 10.0.0.1 dev eth0
//   > 10.0.3.0/24 via 10.0.0.2 dev eth0    nearest: has via 10.0.0.2
//
// Of one value it says all that differs.
//
// Two of GoogleTest's joints are used for that, both by the type of the value. EXPECT_THAT finds our
// MatchPrintAndExplain, by argument-dependent lookup, when a value has failed: it asks the matcher once
// more, as GoogleTest would, and meanwhile listens (TableHearing, on its stack and of its thread). And
// what a list's matcher asks of its entries it asks by a Matcher<const T&>, which for our values is
// specialized, as GoogleTest does itself for strings: it tells who listens what was asked and answered.
// A GoogleTest without these joints would print the list unmarked; tests/messages would say so.
// Nothing is kept between two assertions, and one that passes pays the look at a pointer.

namespace vethlab::internal {

// A value whose lists are such tables; beside its matchers.
template <class T>
inline constexpr bool kInTables = false;

template <class T>
struct IsTable : std::false_type {};
template <class T>
struct IsTable<std::vector<T>> : std::bool_constant<kInTables<T>> {};

template <class T>
concept AskedInTables = kInTables<T> || IsTable<T>::value;

class TableHearing {
 public:
  using Ask = std::function<bool(testing::MatchResultListener*)>;

  TableHearing();
  TableHearing(const TableHearing&) = delete;
  TableHearing& operator=(const TableHearing&) = delete;
  ~TableHearing();
  static TableHearing* current();  // this thread's, while a list that failed is asked again

  // Ask, and answer as it does. Of an entry that does not match is also asked which of its conditions
  // it meets: AllOf stops at the first that it doesn't.
  bool ask_list(const Ask& ask, testing::MatchResultListener* listener);
  bool ask_entry(const void* entry, const Ask& ask, testing::MatchResultListener* listener);

  // By a list's matcher that looked for one entry among some: the nearest of those is marked, alone.
  void looked_for_one() { of_one_ = true; }
  // By one that knows what to say of an entry.
  void mark(const void* entry, std::string words) { marked_.emplace_back(entry, std::move(words)); }
  // While it lives, nobody listens.
  class Unheard {
   public:
    Unheard();
    Unheard(const Unheard&) = delete;
    Unheard& operator=(const Unheard&) = delete;
    ~Unheard();

   private:
    TableHearing* hearing_;
  };

  struct Row {
    const void* entry;
    std::string text;
  };
  // One value, and all that is to be said of it.
  [[nodiscard]] std::string value(const Row& row, const std::string& words) const;
  // The table with its marks, and what remains to be said of the whole list.
  [[nodiscard]] std::string table(const std::vector<Row>& rows, const std::string& words) const;

 private:
  struct Answer {
    const void* entry = nullptr;
    bool matches = false;
    int met = 0;             // of its conditions
    std::string unmet = {};  // what is said of the others: "has via 10.0.0.2, has dev eth1"
  };
  enum class Turn { kEntry, kCondition, kNobody };

  bool ask_in_turn(Turn turn, const Ask& ask, testing::MatchResultListener* listener);
  [[nodiscard]] const Answer* nearest_of(const void* entry) const;
  [[nodiscard]] std::vector<std::string> marks(const std::vector<Row>& rows,
                                               bool of_contains) const;
  [[nodiscard]] std::vector<std::string> marks_of_nearest(
      const std::vector<const Answer*>& answers) const;

  TableHearing* before_;
  Turn turn_ = Turn::kEntry;
  std::vector<Answer> answers_;
  std::vector<std::pair<const void*, std::string>> marked_;
  bool of_one_ = false;
  Answer now_;
};

template <class T>
bool ask(const T& value, const TableHearing::Ask& ask, testing::MatchResultListener* listener) {
  TableHearing* const hearing = TableHearing::current();
  if constexpr (IsTable<T>::value) return hearing->ask_list(ask, listener);
  else return hearing->ask_entry(&value, ask, listener);
}

}  // namespace vethlab::internal

namespace testing {

template <vethlab::internal::AskedInTables T>
class Matcher<const T&> : public internal::MatcherBase<const T&> {
  using Base = internal::MatcherBase<const T&>;

 public:
  Matcher() = default;
  explicit Matcher(const MatcherInterface<const T&>* impl) : Base(impl) {}
  // As gmock's own: a Matcher is no is_gtest_matcher, so that this hides no copy.
  template <class M, class = typename std::remove_reference_t<M>::is_gtest_matcher>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
  Matcher(M&& m) : Base(std::forward<M>(m)) {}
  Matcher(const T& value) { *this = Eq(value); }  // NOLINT(google-explicit-constructor)

  bool MatchAndExplain(const T& value, MatchResultListener* listener) const {
    if (vethlab::internal::TableHearing::current() == nullptr)
      return Base::MatchAndExplain(value, listener);
    return vethlab::internal::ask(
        value, [&](MatchResultListener* to) { return Base::MatchAndExplain(value, to); }, listener);
  }
  bool Matches(const T& value) const {
    internal::DummyMatchResultListener nobody;
    return MatchAndExplain(value, &nobody);
  }
};

}  // namespace testing

namespace vethlab {

// Called by GoogleTest, in place of its own of this name.
template <class T>
requires internal::kInTables<T>
bool MatchPrintAndExplain(const T& value, const testing::Matcher<const T&>& matcher,
                          testing::MatchResultListener* listener) {
  if (!listener->IsInterested()) return matcher.Matches(value);
  internal::TableHearing hearing;
  testing::StringMatchResultListener words;
  const bool matches = matcher.MatchAndExplain(value, &words);
  *listener << hearing.value({&value, testing::PrintToString(value)}, words.str());
  return matches;
}

template <class T>
requires internal::kInTables<T>
bool MatchPrintAndExplain(const std::vector<T>& list,
                          const testing::Matcher<const std::vector<T>&>& matcher,
                          testing::MatchResultListener* listener) {
  if (!listener->IsInterested()) return matcher.Matches(list);
  internal::TableHearing hearing;
  testing::StringMatchResultListener words;
  const bool matches = matcher.MatchAndExplain(list, &words);
  std::vector<internal::TableHearing::Row> rows;
  rows.reserve(list.size());
  for (const T& entry : list) rows.push_back({&entry, testing::PrintToString(entry)});
  *listener << hearing.table(rows, words.str());
  return matches;
}

}  // namespace vethlab
