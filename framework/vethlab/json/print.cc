#include <vethlab/json/print.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::json {
namespace {

using Value = nlohmann::json;

constexpr std::size_t kColumns = 96;
constexpr std::size_t kMostLines = 60;
constexpr std::size_t kMostBytes = 200;

// Also of text that is not UTF-8.
std::string word(const Value& value) {
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

// Without its last character where that would be a part of one.
std::string_view first_bytes(std::string_view text, std::size_t bytes) {
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

class Writer {
 public:
  explicit Writer(std::vector<std::string>& lines) : lines_(lines) {}

  // `head` is the key before it, `tail` the comma after it.
  void write(const Value& value, std::size_t indent, const std::string& head, const char* tail) {
    std::string line = std::string(indent, ' ') + head;
    const bool object = value.is_object();
    const std::string whole = one_line(value);
    if (!value.is_structured() || value.empty() || line.size() + whole.size() < kColumns) {
      lines_.push_back(line + whole + tail);
      return;
    }
    lines_.push_back(line + (object ? '{' : '['));
    std::size_t left = value.size();
    for (auto each = value.begin(); each != value.end(); ++each)
      write(*each, indent + 2, object ? word(each.key()) + ": " : "", --left > 0 ? "," : "");
    lines_.push_back(std::string(indent, ' ') + (object ? '}' : ']') + tail);
  }

 private:
  std::vector<std::string>& lines_;
};

}  // namespace

std::string one_line(const Value& value) {
  if (!value.is_structured()) return word(value);
  std::vector<std::string> parts;
  for (auto each = value.begin(); each != value.end(); ++each)
    parts.push_back((value.is_object() ? word(each.key()) + ": " : "") + one_line(*each));
  const auto inside = fmt::format("{}", fmt::join(parts, ", "));
  return value.is_object() ? "{" + inside + "}" : "[" + inside + "]";
}

std::string short_line(const Value& value, std::size_t bytes) {
  const std::string whole = one_line(value);
  return whole.size() <= bytes ? whole : std::string(first_bytes(whole, bytes)) + "…";
}

std::string pretty(const Value& value) {
  std::vector<std::string> lines;
  Writer(lines).write(value, 0, "", "");
  const std::size_t beyond = lines.size() > kMostLines ? lines.size() - kMostLines : 0;
  lines.resize(lines.size() - beyond);
  for (std::string& line : lines)
    if (line.size() > kMostBytes)
      line = fmt::format("{}… {} more bytes", first_bytes(line, kMostBytes),
                         line.size() - first_bytes(line, kMostBytes).size());
  if (beyond > 0) lines.push_back(fmt::format("… {} more line{}", beyond, beyond == 1 ? "" : "s"));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace vethlab::json
