#pragma once

#include <string>
#include <string_view>

// GoogleTest since 1.15 ends each report with one more line's end: what a program printed, or its JUnit XML, without.
inline std::string without_last_line_ends(std::string text) {
  const auto replace = [&text](std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what))
      text.replace(at, what.size(), by);
  };
  replace("\n\n", "\n");
  replace("&#x0A;\"", "\"");
  replace("\n]]>", "]]>");
  return text;
}
