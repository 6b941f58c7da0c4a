#pragma once

#include <gtest/gtest.h>

#include <string>

// What was reported, without the line's end that GoogleTest has added since 1.15.
inline std::string reported_text(const testing::TestPartResult& result) {
  std::string text = result.message();
  if (text.ends_with('\n')) text.pop_back();
  return text;
}
