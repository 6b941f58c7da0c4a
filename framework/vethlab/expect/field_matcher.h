#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/prefix.h>
#include <vethlab/base/text_view.h>
#include <vethlab/expect/field_words.h>

#include <gmock/gmock.h>

#include <optional>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

namespace vethlab::internal {

// A value becomes "is equal to"; a matcher is taken as it is.
template <class T, class M>
testing::Matcher<const T&> as_matcher(M&& m) {
  if constexpr (std::is_convertible_v<M&&, T>)
    return testing::Matcher<const T&>(testing::Eq(T(std::forward<M>(m))));
  else return testing::SafeMatcherCast<const T&>(std::forward<M>(m));
}

template <class V>
const V* present(const std::optional<V>& v) {
  return v ? &*v : nullptr;
}
template <class V>
const V* present(const V& v) {
  return &v;
}

// "mtu 1500"; of a field that is not there, "no via". Where `ip` has its own word for that, Get::kNone
// is it: "from all". Get::say writes a value that `ip` writes in its own way.
template <class Get, class T>
void tell(std::ostream& os, const char* word, const T* held) {
  if (held == nullptr || is_none(*held)) {
    if constexpr (requires { Get::kNone; }) os << word << ' ' << Get::kNone;
    else os << "no " << word;
    return;
  }
  os << word << ' ';
  if constexpr (requires { Get::say(os, *held); }) Get::say(os, *held);
  else say(os, *held);
}

// The value that a field is to have: Mtu(1400), or none: Via(std::nullopt).
template <class Get, class T>
class WantedValue {
 public:
  template <class M>
  WantedValue(const M& m, Caller caller) {
    if constexpr (std::is_constructible_v<T, const M&, Caller>) value_.emplace(m, caller);
    else value_ = m;
    if constexpr (std::is_same_v<T, Prefix> && Text<M>) is_default_ = m == "default";
  }
  bool matches(const T* held, testing::MatchResultListener&) const {
    if (!value_) return held == nullptr || is_none(*held);
    if (held == nullptr) return false;
    if constexpr (std::is_same_v<T, Prefix>)  // of either family, as in `ip`
      if (is_default_) return *held == Prefix::any(held->family());
    return *held == *value_;
  }
  void describe(std::ostream& os, const char* word) const {
    tell<Get>(os << "has ", word, present(value_));
  }
  void describe_negation(std::ostream& os, const char* word) const {
    if (const T* const value = present(value_); value == nullptr || is_none(*value))
      os << "has some " << word;
    else tell<Get>(os << "doesn't have ", word, value);
  }

 private:
  std::optional<T> value_;
  bool is_default_ = false;
};

// What is to be said of a field: Mtu(Ge(1400)). A field that is not there matches nothing.
template <class T>
class WantedMatch {
 public:
  template <class M>
  WantedMatch(const M& m, Caller /*caller*/) : matcher_(testing::SafeMatcherCast<const T&>(m)) {}
  bool matches(const T* held, testing::MatchResultListener& listener) const {
    return held != nullptr && matcher_.MatchAndExplain(*held, &listener);
  }
  void describe(std::ostream& os, const char* word) const {
    matcher_.DescribeTo(&(os << "has " << word << " that "));
  }
  void describe_negation(std::ostream& os, const char* word) const {
    matcher_.DescribeTo(&(os << "has no " << word << " that "));
  }

 private:
  testing::Matcher<const T&> matcher_;
};

// "has mtu 1400": a matcher of one field, of whichever value has that field; of what type it is, and
// so whether M is a value or a matcher, is known when it is known of which.
template <class Get, class M>
class FieldMatcher {
 public:
  template <class U>
  FieldMatcher(const char* word, U&& wanted, Caller caller)
      : word_(word), wanted_(std::forward<U>(wanted)), caller_(caller) {}

  template <class V>
  operator testing::Matcher<V>() const {  // NOLINT(google-explicit-constructor): as gmock's are
    return testing::Matcher<V>(new Of<V>(word_, wanted_, caller_));
  }

 private:
  template <class V>
  class Of : public testing::MatcherInterface<V> {
    using Value = std::remove_cvref_t<V>;
    using T = std::remove_cvref_t<decltype(*present(Get{}(std::declval<const Value&>())))>;
    using Wanted = std::conditional_t<std::is_convertible_v<const M&, std::optional<T>>,
                                      WantedValue<Get, T>, WantedMatch<T>>;

   public:
    Of(const char* word, const M& wanted, Caller caller) : word_(word), wanted_(wanted, caller) {}

    bool MatchAndExplain(V value, testing::MatchResultListener* listener) const override {
      const auto& field = Get{}(value);
      const T* const held = present(field);
      if (!listener->IsInterested()) return wanted_.matches(held, *listener);
      tell<Get>(*listener->stream() << "which has ", word_, held);
      testing::StringMatchResultListener more;
      const bool matches = wanted_.matches(held, more);
      if (!more.str().empty()) *listener << ", " << more.str();
      return matches;
    }
    void DescribeTo(std::ostream* os) const override { wanted_.describe(*os, word_); }
    void DescribeNegationTo(std::ostream* os) const override {
      wanted_.describe_negation(*os, word_);
    }

   private:
    const char* word_;
    Wanted wanted_;
  };

  const char* word_;
  M wanted_;
  Caller caller_;  // for a text that is no address: the test's line
};

template <class Get, class M>
auto field(const char* word, M&& m, Caller caller = Caller::here()) {
  using Kept = std::conditional_t<Text<std::decay_t<M>>, std::string, std::decay_t<M>>;
  return FieldMatcher<Get, Kept>(word, std::forward<M>(m), caller);
}

// "is tentative": a matcher of a field that is set or not.
template <class Get>
class FlagMatcher {
 public:
  using is_gtest_matcher = void;
  explicit FlagMatcher(const char* words) : words_(words) {}

  template <class V>
  bool MatchAndExplain(const V& value, testing::MatchResultListener* listener) const {
    const bool set = Get{}(value);
    *listener << "which " << (set ? "is " : "is not ") << words_;
    return set;
  }
  void DescribeTo(std::ostream* os) const { *os << "is " << words_; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not " << words_; }

 private:
  const char* words_;
};

}  // namespace vethlab::internal
