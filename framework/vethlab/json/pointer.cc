#include <vethlab/json/pointer.h>

#include <vethlab/json/json.h>
#include <vethlab/json/names.h>
#include <vethlab/json/print.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace vethlab::json {
namespace {

using Value = nlohmann::json;

std::string key_of(std::string_view token, std::string_view pointer) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      key += token[i];
      continue;
    }
    const char next = i + 1 < token.size() ? token[++i] : ' ';
    if (next != '0' && next != '1')
      throw std::invalid_argument(fmt::format(
          "\"{}\" is no JSON pointer: after '~' comes 0 (a '~') or 1 (a '/')", pointer));
    key += next == '0' ? '~' : '/';
  }
  return key;
}

std::optional<std::size_t> index_of(std::string_view key) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  const bool whole = error == std::errc{} && end == key.data() + key.size();
  if (!whole || (key.size() > 1 && key.front() == '0')) return {};
  return index;
}

[[noreturn]] void not_there(const std::string& path, std::string_view parent,
                            const std::string& what) {
  throw NoJson(
      fmt::format("there is no {}: {} {}", path, parent.empty() ? "the whole" : parent, what));
}

const Value& child(const Value& value, const std::string& key, const std::string& path,
                   std::string_view parent) {
  if (value.is_object()) {
    const auto found = value.find(key);
    if (found == value.end()) not_there(path, parent, keys_near(value, key));
    return *found;
  }
  if (!value.is_array()) not_there(path, parent, "is " + short_line(value));
  const auto index = index_of(key);
  if (!index || *index >= value.size()) not_there(path, parent, "has " + elements(value.size()));
  return value[*index];
}

}  // namespace

std::string step(const std::string& path, std::string_view key) {
  std::string result = path + '/';
  for (const char c : key) {
    if (c == '~') result += "~0";
    else if (c == '/') result += "~1";
    else result += c;
  }
  return result;
}

nlohmann::json part_at(const Value& value, std::string_view pointer) {
  if (!pointer.empty() && pointer.front() != '/')
    throw std::invalid_argument(
        fmt::format("\"{}\" is no JSON pointer: it begins with '/'", pointer));
  const Value* part = &value;
  std::size_t begin = 0;
  while (begin < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', begin + 1), pointer.size());
    const std::string key = key_of(pointer.substr(begin + 1, end - begin - 1), pointer);
    part = &child(*part, key, std::string(pointer.substr(0, end)), pointer.substr(0, begin));
    begin = end;
  }
  return *part;
}

}  // namespace vethlab::json
