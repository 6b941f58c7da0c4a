#include <vethlab/json/names.h>

#include <nlohmann/json.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::json {
namespace {

constexpr std::size_t kMost = 6;

}  // namespace

std::string elements(std::size_t n) { return fmt::format("{} element{}", n, n == 1 ? "" : "s"); }

std::string some(const std::vector<std::string>& names, std::size_t from) {
  const std::size_t shown = std::min(names.size() - from, kMost);
  const auto begin = names.begin() + static_cast<std::ptrdiff_t>(from);
  const std::string text =
      fmt::format("{}", fmt::join(begin, begin + static_cast<std::ptrdiff_t>(shown), ", "));
  const std::size_t more = names.size() - shown;
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

std::string keys_near(const nlohmann::json& object, const std::string& key) {
  if (object.empty()) return "is empty";
  std::vector<std::string> keys;
  std::size_t before = 0;
  for (const auto& each : object.items()) {
    if (each.key() < key) ++before;
    keys.push_back(nlohmann::json(each.key()).dump());
  }
  if (keys.size() <= kMost) return "has " + some(keys);
  const std::size_t from = before > kMost / 2 ? before - kMost / 2 : 0;
  return "has " + some(keys, std::min(from, keys.size() - kMost));
}

}  // namespace vethlab::json
