// Where GoogleTest's own words differ from version to version: the texts that tests compare are those of 1.12.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include <string>
#include <string_view>

namespace gtest_words {

inline std::string explained(const testing::Matcher<int>& matcher) {
  testing::StringMatchResultListener listener;
  (void)matcher.MatchAndExplain(3, &listener);
  return listener.str();
}

// Newer ones' matchers say of themselves why they don't match.
inline const bool kExplainsAll = !explained(testing::AnyOf(1, 2)).empty();

inline bool ends_with_a_line() {
  testing::TestPartResultArray results;
  const testing::ScopedFakeTestPartResultReporter reporter(
      testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
  ADD_FAILURE() << "x";
  return std::string_view(results.GetTestPartResult(0).message()).ends_with('\n');
}

}  // namespace gtest_words

// What was reported, without the line's end that newer ones add.
inline std::string reported_text(const testing::TestPartResult& result) {
  static const bool added = gtest_words::ends_with_a_line();
  std::string text = result.message();
  if (added && text.ends_with('\n')) text.pop_back();
  return text;
}

// What a program of tests printed, or its JUnit XML, without that.
inline std::string without_last_line_ends(std::string text) {
  static const bool added = gtest_words::ends_with_a_line();
  const auto replace = [&text](std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what))
      text.replace(at, what.size(), by);
  };
  if (!added) return text;
  replace("\n\n", "\n");
  replace("&#x0A;\"", "\"");
  replace("\n]]>", "]]>");
  return text;
}
