#include <vethlab/expect/grid.h>

#include <algorithm>
#include <cstddef>

namespace vethlab::internal {
namespace {

constexpr std::size_t kMostColumns = 100;
constexpr std::size_t kMostOfAName = 24;  // in the rows of a numbered table
constexpr std::size_t kIndent = 4;

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

// In characters: UTF-8's further bytes take no room.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string shortened(const std::string& name) {
  if (width(name) <= kMostOfAName) return name;
  std::size_t characters = 0;
  const auto end = std::ranges::find_if(
      name, [&](char byte) { return begins_character(byte) && ++characters == kMostOfAName; });
  return std::string(name.begin(), end) + "…";
}

void append(std::string& line, const std::string& text, std::size_t room) {
  line += text + std::string(room - std::min(room, width(text)), ' ');
}

std::size_t widest(const std::vector<std::string>& texts) {
  std::size_t most = 0;
  for (const std::string& text : texts) most = std::max(most, width(text));
  return most;
}

}  // namespace

std::string Grid::text() const {
  const std::size_t mark_width = widest(marks);
  std::vector<std::string> rows = names;
  std::vector<std::string> columns = names;
  std::size_t gap = 2;
  const auto whole_width = [&] {
    std::size_t sum = kIndent + widest(rows);
    for (const std::string& column : columns) sum += gap + std::max(width(column), mark_width);
    return sum;
  };
  if (whole_width() > kMostColumns) {
    gap = 1;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      columns[i] = number;
      rows[i] = std::string(std::to_string(names.size()).size() - number.size(), ' ') + number +
                " " + shortened(names[i]);
    }
  }
  const std::size_t row_width = widest(rows);
  std::string text;
  const auto add_line = [&](const std::string& name, auto cell) {
    std::string line(kIndent, ' ');
    append(line, name, row_width);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      line += std::string(gap, ' ');
      append(line, cell(i), std::max(width(columns[i]), mark_width));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += "\n" + line;
  };
  add_line("", [&](std::size_t i) { return columns[i]; });
  for (std::size_t row = 0; row < rows.size(); ++row)
    add_line(rows[row], [&](std::size_t i) { return marks[row * names.size() + i]; });
  return text;
}

}  // namespace vethlab::internal
