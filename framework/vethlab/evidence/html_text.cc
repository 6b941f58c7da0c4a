#include <vethlab/evidence/html_text.h>

#include <cstdint>

#include <fmt/format.h>

namespace vethlab::evidence {
namespace {

struct Character {
  char32_t code = 0xFFFD;  // what it becomes where it is no UTF-8
  std::size_t bytes = 1;
};

// RFC 3629: no longer than necessary, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t head = byte(0);
  if (head < 0x80) return {head, 1};
  const std::size_t bytes = head >= 0xF0 ? 4 : head >= 0xE0 ? 3 : 2;
  if (head < 0xC2 || head > 0xF4 || text.size() < bytes) return {};
  char32_t code = head & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    code = code << 6U | (byte(i) & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[bytes] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, bytes};
}

// What makes a page unreadable, or another than it is.
bool is_unfit(char32_t code) {
  return (code >= 0x80 && code < 0xA0) || code == 0x200E || code == 0x200F ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
         (code & 0xFFFEU) == 0xFFFE;
}

constexpr const char* kReplacement = "\xEF\xBF\xBD";

bool is_inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<std::uint8_t>(text[at]) & 0xC0U) == 0x80;
}

}  // namespace

std::string html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const auto [code, bytes] = first_character(text);
    if (code == '&') out += "&amp;";
    else if (code == '<') out += "&lt;";
    else if (code == '>') out += "&gt;";
    else if (code == '"') out += "&quot;";
    else if (code == '\'') out += "&#39;";
    else if (code == '\r' && text.starts_with("\r\n")) {  // one end of a line
    } else if (code == 0x7F) out += "\xE2\x90\xA1";
    else if (code < 0x20 && code != '\n' && code != '\t')
      out += {'\xE2', '\x90', static_cast<char>(0x80 + static_cast<int>(code))};
    else if (code == 0xFFFD || is_unfit(code)) out += kReplacement;
    else out += text.substr(0, bytes);
    text.remove_prefix(bytes);
  }
  return out;
}

std::string bounded(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  // The end tells more often what went wrong.
  std::size_t head = most / 3;
  std::size_t tail = text.size() - (most - head);
  const std::size_t head_line = text.rfind('\n', head);
  const std::size_t tail_line = text.find('\n', tail);
  const std::size_t near = most / 10;
  if (head_line != std::string_view::npos && head - head_line <= near) head = head_line;
  if (tail_line != std::string_view::npos && tail_line - tail <= near) tail = tail_line + 1;
  // A character has four bytes at most; more of these are none.
  for (int i = 0; i < 3 && head > 0 && is_inside_character(text, head); ++i) --head;
  for (int i = 0; i < 3 && is_inside_character(text, tail); ++i) ++tail;
  return fmt::format("{}\n… {} bytes left out here …\n{}", text.substr(0, head), tail - head,
                     text.substr(tail));
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_character(text).bytes);
  return count;
}

std::string clipped(std::string_view text, std::size_t most_characters) {
  if (characters(text) <= most_characters) return std::string(text);
  std::size_t end = 0;
  for (std::size_t i = 0; i + 1 < most_characters; ++i)
    end += first_character(text.substr(end)).bytes;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace vethlab::evidence
