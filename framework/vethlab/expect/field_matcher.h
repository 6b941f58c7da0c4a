#pragma once

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

// "has mtu 1400": a matcher of one field, of whichever value has that field.
template <class Get, class T>
class FieldMatcher {
 public:
  using is_gtest_matcher = void;
  FieldMatcher(const char* word, testing::Matcher<const T&> inner)
      : word_(word), inner_(std::move(inner)) {}

  template <class V>
  bool MatchAndExplain(const V& value, testing::MatchResultListener* listener) const {
    const T* const field = present(Get{}(value));
    if (field == nullptr) {
      *listener << "which has no " << word_;
      return false;
    }
    if (inner_.Matches(*field)) return true;
    *listener << "which has " << word_ << " " << testing::PrintToString(*field);
    return false;
  }
  void DescribeTo(std::ostream* os) const {
    *os << "has " << word_ << " that ";
    inner_.DescribeTo(os);
  }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "has no " << word_ << " that ";
    inner_.DescribeTo(os);
  }

 private:
  const char* word_;
  testing::Matcher<const T&> inner_;
};

template <class Get, class T, class M>
FieldMatcher<Get, T> field(const char* word, M&& m) {
  return {word, as_matcher<T>(std::forward<M>(m))};
}

}  // namespace vethlab::internal
