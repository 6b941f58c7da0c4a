#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/expect/reachability.h>
#include <vethlab/expect/table_matching.h>
#include <vethlab/json/json.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

// Waiting for an answer, and watching that it stays.
//
//   EXPECT_EVENTUALLY(r1.routes(), Contains(To("10.3.0.0/24")));     // within the lab's patience: 5 s
//   EXPECT_EVENTUALLY(r1.link("tun0"), IsUp(), 30s);
//   EXPECT_STAYS(r1.routes(), Not(Contains(To("10.66.0.0/24"))), 3s);
//
// The question is asked at once, and again
//  - when the kernel announces a change of links, addresses, routes, neighbours or rules in a node
//    that it asks (of whichever lab); no change after the first asking began is missed;
//  - what nobody announces (a sysctl, a program's output, a closure): 10 ms later, or after as long
//    as asking takes, if that is more; a probe: after its interval, 10 ms at least;
//  - where it asks no node at all (a variable that a thread sets): every 10 ms;
//  - once more when the time is over. No asking is cut off, however long it takes.
// What the kernel refuses (std::system_error: no such interface yet) and what a node of that moment
// cannot answer (std::invalid_argument: no address; NoJson: a program that is not up yet) are answers
// that match nothing. Other exceptions end the test as anywhere. A failure shows the answers, and when they were given. (An EXPECT_ inside
// the question is one of the test's own: it fails the test at each asking in which it doesn't hold.)
//
// The time is 0 ms to a day; without one, the longest patience (LabOptions) of the labs that were
// asked, 5 s where there is none.

namespace vethlab::internal {

enum class Goal : std::uint8_t { kEventually, kStays };

class Waiting {
 public:
  Waiting(Goal goal, std::optional<std::chrono::milliseconds> time, Caller caller);
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting();

  void begin_asking();
  // Of the answers of the question, those that a failure shows: all, or those that do not match.
  [[nodiscard]] bool shows(bool matched) const;
  // `marked` is the answer with what a failure says of it, where that is a table with marks.
  void note(std::string answer, std::string explanation, std::string marked = {});
  void note_exception(const std::exception& exception);
  // Waits until the answer may be another: false when it has been asked for the last time.
  [[nodiscard]] bool ask_again();

  [[nodiscard]] testing::AssertionResult failure(const char* question,
                                                 const std::string& expected) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

template <class T>
std::string printed(const T& answer) {
  return testing::PrintToString(answer);
}
inline std::string printed(const testing::AssertionResult& verdict) {
  return verdict ? "true" : verdict.message();
}

template <class T>
struct Judged {
  using Answer = T;
  bool matched;
};

// Called with the answer while all that the question made still lives: it may be a reference into
// that, and neither be copied nor moved.
template <class M>
class Judge {
 public:
  Judge(Waiting& waiting, const M& matcher) : waiting_(waiting), matcher_(matcher) {}

  template <class T>
  Judged<T> operator()(const T& answer) const {
    testing::StringMatchResultListener listener;
    const auto matcher = testing::SafeMatcherCast<const T&>(matcher_);
    const bool matched = matcher.MatchAndExplain(answer, &listener);
    if (waiting_.shows(matched))
      waiting_.note(printed(answer), listener.str(), matched ? "" : marked(answer, matcher));
    return {matched};
  }

 private:
  template <class T>
  static std::string marked(const T& answer, const testing::Matcher<const T&>& matcher) {
    testing::StringMatchResultListener listener;
    if constexpr (IsTable<T>::value) MatchPrintAndExplain(answer, matcher, &listener);
    return listener.str();
  }

  Waiting& waiting_;
  const M& matcher_;
};

template <class Ask, class M>
bool asked(Waiting& waiting, const Ask& ask, const Judge<M>& judge) {
  waiting.begin_asking();
  try {
    return ask(judge).matched;
  } catch (const std::system_error& exception) {
    waiting.note_exception(exception);
  } catch (const std::invalid_argument& exception) {
    waiting.note_exception(exception);
  } catch (const NoJson& exception) {
    waiting.note_exception(exception);
  }
  return false;
}

template <class Ask, class M>
using AnswerOf = typename std::invoke_result_t<const Ask&, const Judge<M>&>::Answer;

template <class Ask, class M>
testing::AssertionResult eventually(const char* question, const Ask& ask, M matcher,
                                    std::optional<std::chrono::milliseconds> within = {},
                                    Caller caller = Caller::here()) {
  Waiting waiting(Goal::kEventually, within, caller);
  const Judge<M> judge(waiting, matcher);
  do {
    if (asked(waiting, ask, judge)) return testing::AssertionSuccess();
  } while (waiting.ask_again());
  return waiting.failure(question, testing::DescribeMatcher<const AnswerOf<Ask, M>&>(matcher));
}

template <class Ask, class M>
testing::AssertionResult stays(const char* question, const Ask& ask, M matcher,
                               std::chrono::milliseconds during, Caller caller = Caller::here()) {
  Waiting waiting(Goal::kStays, during, caller);
  const Judge<M> judge(waiting, matcher);
  do {
    if (!asked(waiting, ask, judge))
      return waiting.failure(question, testing::DescribeMatcher<const AnswerOf<Ask, M>&>(matcher));
  } while (waiting.ask_again());
  return testing::AssertionSuccess();
}

}  // namespace vethlab::internal

#define VETHLAB_ASK_(question) [&](const auto& vethlab_judge) { return vethlab_judge(question); }

#define EXPECT_EVENTUALLY(question, ...) \
  EXPECT_PRED_FORMAT1(                   \
      ::vethlab::internal::verdict,      \
      ::vethlab::internal::eventually(#question, VETHLAB_ASK_(question), __VA_ARGS__))
#define ASSERT_EVENTUALLY(question, ...) \
  ASSERT_PRED_FORMAT1(                   \
      ::vethlab::internal::verdict,      \
      ::vethlab::internal::eventually(#question, VETHLAB_ASK_(question), __VA_ARGS__))
#define EXPECT_STAYS(question, ...)                 \
  EXPECT_PRED_FORMAT1(::vethlab::internal::verdict, \
                      ::vethlab::internal::stays(#question, VETHLAB_ASK_(question), __VA_ARGS__))
#define ASSERT_STAYS(question, ...)                 \
  ASSERT_PRED_FORMAT1(::vethlab::internal::verdict, \
                      ::vethlab::internal::stays(#question, VETHLAB_ASK_(question), __VA_ARGS__))
