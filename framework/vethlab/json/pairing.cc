#include <vethlab/json/pairing.h>

#include <vethlab/json/likeness.h>

#include <nlohmann/json.hpp>

namespace vethlab::json {
namespace {

// Some 64 MB. Arrays that are so long do not stand in each other.
constexpr std::size_t kMostKnown = 1'000'000;

}  // namespace

Pairing::Pairing(const nlohmann::json& expected, const nlohmann::json& actual)
    : expected_(expected), actual_(actual), met_(expected.size()), owner_(actual.size()) {
  for (std::size_t i = 0; i < met_.size(); ++i) {
    std::vector<bool> seen(actual.size());
    met_[i] = place(i, seen);
  }
}

// Gives it an element of its own, moving others' where that helps. What stands at the same place is
// looked at first: most arrays are in the same order.
bool Pairing::place(std::size_t i, std::vector<bool>& seen) {
  for (std::size_t step = 0; step < owner_.size(); ++step) {
    const std::size_t j = (i + step) % owner_.size();
    if (seen[j] || lacks(i, j) > 0) continue;
    seen[j] = true;
    if (owner_[j] && !place(*owner_[j], seen)) continue;
    owner_[j] = i;
    return true;
  }
  return false;
}

std::size_t Pairing::lacks(std::size_t i, std::size_t j) {
  if (known_.size() >= kMostKnown) return unmet(expected_[i], actual_[j], Likeness::kSubset);
  const auto [entry, is_new] = known_.try_emplace(i * owner_.size() + j);
  if (is_new) entry->second = unmet(expected_[i], actual_[j], Likeness::kSubset);
  return entry->second;
}

std::optional<std::size_t> Pairing::nearest(std::size_t i) {
  if (!expected_[i].is_structured()) return {};
  std::optional<std::size_t> nearest;
  for (std::size_t j = 0; j < owner_.size(); ++j)
    if (!is_taken(j) && actual_[j].type() == expected_[i].type() &&
        (!nearest || lacks(i, j) < lacks(i, *nearest)))
      nearest = j;
  return nearest;
}

}  // namespace vethlab::json
