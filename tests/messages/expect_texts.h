#pragma once

#include "gtest_words.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

template <class V>
struct Row {
  testing::Matcher<const V&> matcher;
  std::string description;
  std::string negation;
  std::string explanation;  // of `fails`
};

// Each matcher: a pass, a fail, and its texts, to the letter. What a matcher of GoogleTest's says of itself follows
// in its newer versions.
template <class V>
void expect_texts(const V& passes, const V& fails, const std::vector<Row<V>>& rows) {
  for (const Row<V>& row : rows) {
    testing::StringMatchResultListener listener;
    EXPECT_TRUE(row.matcher.Matches(passes)) << row.description;
    EXPECT_FALSE(row.matcher.MatchAndExplain(fails, &listener)) << row.description;
    EXPECT_EQ(testing::DescribeMatcher<const V&>(row.matcher), row.description);
    EXPECT_EQ(testing::DescribeMatcher<const V&>(testing::Not(row.matcher)), row.negation);
    if (gtest_words::kExplainsAll)
      EXPECT_THAT(listener.str(), testing::StartsWith(row.explanation));
    else EXPECT_EQ(listener.str(), row.explanation);
  }
}
