#pragma once

#include <gmock/gmock.h>

#include <string>

// "is up; which is down, state DOWN": what a matcher expects, and what it says of a value that fails
// it; "passes" of one that does not.
template <class T, class M>
std::string verdict(const T& value, M matcher) {
  const testing::Matcher<const T&> m = matcher;
  testing::StringMatchResultListener listener;
  if (m.MatchAndExplain(value, &listener)) return "passes";
  return testing::DescribeMatcher<const T&>(m) + "; " + listener.str();
}
