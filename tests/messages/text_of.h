#pragma once

#include <gmock/gmock.h>

#include <exception>
#include <filesystem>
#include <functional>
#include <string>

// The text of what is thrown, after "errors_test.cc:31: ", which is the caller's file.
inline std::string text_of(const std::function<void()>& verb,
                           const std::filesystem::path& file = __builtin_FILE()) {
  try {
    verb();
  } catch (const std::exception& error) {
    const std::string text = error.what();
    EXPECT_THAT(text, testing::MatchesRegex(file.filename().string() + ":[0-9]+: (.|\n)*"));
    return text.substr(text.find(": ") + 2);
  }
  return "(no exception)";
}

// What a verdict says: of EXPECT_REACHABLE, the text of the failure.
inline std::string text_of(const testing::AssertionResult& result) {
  return result ? "passes" : std::string(result.message());
}
