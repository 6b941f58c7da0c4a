#include <vethlab/json/parse.h>

#include <vethlab/json/json.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

#include <fmt/format.h>

namespace vethlab::json {
namespace {

// So deep do those that go through a value call themselves.
constexpr int kMostDepth = 200;

// Of a long line, what is shown on each side of the place.
constexpr std::size_t kBefore = 40;
constexpr std::size_t kAfter = 40;

bool inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// What is no text: as '?', so that it stands in one column and harms no terminal.
std::string shown(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return result;
}

// "line 3, column 7:", the line, and a mark; `at` is the index of the character that is wrong.
std::string place_in(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  const auto line = static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n'));
  const std::size_t begin = line == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const std::size_t end = std::min(text.find('\n', at), text.size());
  std::size_t from = at - begin > kBefore ? at - kBefore : begin;
  while (from < at && inside_character(text[from])) ++from;
  std::size_t to = std::min(end, at + kAfter);
  while (to < end && inside_character(text[to])) ++to;
  const auto columns = [](std::string_view part) {
    return part.size() - static_cast<std::size_t>(std::ranges::count_if(part, inside_character));
  };
  const std::string_view before = text.substr(from, at - from);
  const std::string dots = from > begin ? "…" : "";
  return fmt::format("line {}, column {}:\n  {}{}{}{}\n  {}^", line + 1,
                     columns(text.substr(begin, at - begin)) + 1, dots, shown(before),
                     shown(text.substr(at, to - at)), to < end ? "…" : "",
                     std::string(columns(before) + (dots.empty() ? 0 : 1), ' '));
}

}  // namespace

nlohmann::json parse(std::string_view text) try {
  if (text.find_first_not_of(" \t\r\n") == text.npos) throw NoJson("not JSON: it is empty");
  return nlohmann::json::parse(text, [](int depth, auto, auto&) {
    if (depth > kMostDepth)
      throw NoJson(fmt::format("not JSON that can be read: nested more than {} deep", kMostDepth));
    return true;
  });
} catch (const nlohmann::json::parse_error& error) {
  // Its `byte` counts from 1; of an end that comes too early it is one beyond.
  const std::size_t at = error.byte == 0 ? 0 : error.byte - 1;
  const std::size_t last = std::min(text.find_last_not_of(" \t\r\n") + 1, text.size());
  const bool ends = at >= last;
  throw NoJson(fmt::format("not JSON{} at {}", ends ? ": it ends too early," : "",
                           place_in(text, std::min(at, last))));
} catch (const nlohmann::json::out_of_range&) {
  throw NoJson("not JSON that can be read: a number in it is larger than 1.8e308");
}

}  // namespace vethlab::json
