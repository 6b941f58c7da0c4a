#include <vethlab/json/likeness.h>

#include <vethlab/json/pairing.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace vethlab::json {
namespace {

using Value = nlohmann::json;

// nlohmann's own == takes -1 for 18446744073709551615.
bool equal_numbers(const Value& a, const Value& b) {
  const auto of_integer = [](const Value& v, auto f) {
    return v.is_number_unsigned() ? f(v.get<std::uint64_t>()) : f(v.get<std::int64_t>());
  };
  if (a.is_number_float() || b.is_number_float()) return a.get<double>() == b.get<double>();
  return of_integer(
      a, [&](auto x) { return of_integer(b, [&](auto y) { return std::cmp_equal(x, y); }); });
}

bool equal_leaves(const Value& a, const Value& b) {
  return a.is_number() && b.is_number() ? equal_numbers(a, b) : a == b;
}

std::size_t leaves(const Value& value) {
  if (!value.is_structured()) return 1;
  std::size_t count = value.empty() ? 1 : 0;
  for (const Value& each : value) count += leaves(each);
  return count;
}

std::size_t unmet_of_objects(const Value& expected, const Value& actual, Likeness likeness) {
  std::size_t count = 0;
  for (const auto& [key, value] : expected.items()) {
    const auto found = actual.find(key);
    if (means_absent(value, likeness)) count += found != actual.end() && !found->is_null() ? 1 : 0;
    else count += found == actual.end() ? leaves(value) : unmet(value, *found, likeness);
  }
  if (likeness == Likeness::kEqual)
    for (const auto& each : actual.items()) count += expected.contains(each.key()) ? 0 : 1;
  return count;
}

std::size_t unmet_in_order(const Value& expected, std::size_t from, const Value& actual,
                           Likeness likeness) {
  const std::size_t wanted = expected.size() - from;
  const std::size_t both = std::min(wanted, actual.size());
  std::size_t count = std::max(wanted, actual.size()) - both;
  for (std::size_t i = 0; i < both; ++i) count += unmet(expected[from + i], actual[i], likeness);
  return count;
}

std::size_t unmet_in_any_order(const Value& expected, const Value& actual) {
  Pairing pairing(expected, actual);
  std::size_t count = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (pairing.is_met(i)) continue;
    const auto nearest = pairing.nearest(i);
    count += nearest ? pairing.lacks(i, *nearest) : leaves(expected[i]);
  }
  return count;
}

}  // namespace

bool means_absent(const Value& expected, Likeness likeness) {
  return expected.is_null() && likeness == Likeness::kSubset;
}

bool is_ordered(const Value& expected) {
  return !expected.empty() && expected.front() == "__ordered__";
}

std::size_t unmet(const Value& expected, const Value& actual, Likeness likeness) {
  if (likeness == Likeness::kSubset && expected == "*") return 0;
  if (expected.is_object() && actual.is_object())
    return unmet_of_objects(expected, actual, likeness);
  if (expected.is_array() && actual.is_array()) {
    if (likeness == Likeness::kEqual) return unmet_in_order(expected, 0, actual, likeness);
    if (is_ordered(expected)) return unmet_in_order(expected, 1, actual, likeness);
    return unmet_in_any_order(expected, actual);
  }
  return equal_leaves(expected, actual) ? 0 : leaves(expected);
}

}  // namespace vethlab::json
