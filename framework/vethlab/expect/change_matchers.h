#pragma once

#include <vethlab/expect/table_matching.h>
#include <vethlab/expect/value_matchers.h>
#include <vethlab/netlink/change.h>

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <utility>
#include <variant>

namespace vethlab {

namespace internal {

template <>
inline constexpr bool kInTables<Change> = true;

// clang-format off
inline const char* noun_of(const Link&) { return "link"; }
inline const char* noun_of(const InterfaceAddress&) { return "address"; }
inline const char* noun_of(const Route&) { return "route"; }
inline const char* noun_of(const Neighbour&) { return "neighbour"; }
inline const char* noun_of(const Rule&) { return "rule"; }
// clang-format on

// "announces a route that has to 10.0.3.0/24"
template <class T>
class ChangeMatcher {
 public:
  using is_gtest_matcher = void;
  ChangeMatcher(Change::Kind kind, testing::Matcher<const T&> inner)
      : kind_(kind), inner_(std::move(inner)) {}

  bool MatchAndExplain(const Change& change, testing::MatchResultListener* listener) const {
    const T* const object = std::get_if<T>(&change.object);
    if (object == nullptr || change.kind != kind_) {
      *listener << "which is no " << words();
      return false;
    }
    return inner_.MatchAndExplain(*object, listener);
  }
  void DescribeTo(std::ostream* os) const {
    inner_.DescribeTo(&(*os << "announces a " << words() << " that "));
  }
  void DescribeNegationTo(std::ostream* os) const {
    inner_.DescribeTo(&(*os << "announces no " << words() << " that "));
  }

 private:
  [[nodiscard]] std::string words() const {
    return std::string(kind_ == Change::Kind::kDeleted ? "deleted " : "") + noun_of(T());
  }

  Change::Kind kind_;
  testing::Matcher<const T&> inner_;
};

}  // namespace internal

// Announces<Route>(To("10.0.3.0/24")): made, or changed; the kernel does not say which. T is Link,
// InterfaceAddress, Route, Neighbour or Rule.
template <class T, class M>
testing::Matcher<const Change&> Announces(const M& object) {
  return internal::ChangeMatcher<T>(Change::Kind::kNew, testing::SafeMatcherCast<const T&>(object));
}
template <class T, class M>
testing::Matcher<const Change&> AnnouncesDeleted(const M& object) {
  return internal::ChangeMatcher<T>(Change::Kind::kDeleted,
                                    testing::SafeMatcherCast<const T&>(object));
}

}  // namespace vethlab
