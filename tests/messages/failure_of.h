#pragma once

#include "gtest_words.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

// The text of the one assertion that fails in `body`, without the file's own words before it.
template <class F>
std::string failure_of(F body) {
  testing::TestPartResultArray results;
  {
    const testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    body();
  }
  return results.size() == 1 ? reported_text(results.GetTestPartResult(0))
                             : std::to_string(results.size()) + " failures";
}

// From "Actual:" on.
template <class F>
std::string actual_of(F body) {
  const std::string text = failure_of(body);
  const std::size_t at = text.find("  Actual: ");
  return at == std::string::npos ? text : text.substr(at);
}
