#include <vethlab/json/difference.h>

#include <vethlab/json/likeness.h>
#include <vethlab/json/names.h>
#include <vethlab/json/pairing.h>
#include <vethlab/json/parse.h>
#include <vethlab/json/pointer.h>
#include <vethlab/json/print.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::json {
namespace {

using Value = nlohmann::json;
using Lines = std::vector<std::string>;

class Difference {
 public:
  explicit Difference(Likeness likeness) : likeness_(likeness) {}

  Lines tell(const Value& expected, const Value& actual) {
    compare("", expected, actual);
    return std::move(lines_);
  }

 private:
  // "/peers: has …"; of the whole without a pointer.
  void say(const std::string& path, std::string_view words) {
    lines_.push_back(path.empty() ? std::string(words) : fmt::format("{}: {}", path, words));
  }

  void compare(const std::string& path, const Value& expected, const Value& actual) {
    if (unmet(expected, actual, likeness_) == 0) return;
    if (expected.is_object() && actual.is_object()) return of_objects(path, expected, actual);
    if (!expected.is_array() || !actual.is_array())
      return say(path, fmt::format("is {}, expected {}", short_line(actual), short_line(expected)));
    if (likeness_ == Likeness::kEqual) return in_order(path, expected, 0, actual);
    if (is_ordered(expected)) return in_order(path, expected, 1, actual);
    in_any_order(path, expected, actual);
  }

  void of_objects(const std::string& path, const Value& expected, const Value& actual) {
    Lines missing;
    std::string first_missing;
    for (const auto& [key, value] : expected.items())
      if (!actual.contains(key) && !means_absent(value, likeness_)) {
        if (missing.empty()) first_missing = key;
        missing.push_back(Value(key).dump());
      }
    if (!missing.empty())
      say(path, fmt::format("has no {}; it {}", some(missing), keys_near(actual, first_missing)));
    if (likeness_ == Likeness::kEqual) of_more_keys(path, expected, actual);
    for (const auto& [key, value] : expected.items()) {
      const auto found = actual.find(key);
      if (found == actual.end()) continue;
      if (!means_absent(value, likeness_)) compare(step(path, key), value, *found);
      else if (!found->is_null())
        say(step(path, key), fmt::format("is {}, expected not to be there", short_line(*found)));
    }
  }

  void of_more_keys(const std::string& path, const Value& expected, const Value& actual) {
    Lines more;
    for (const auto& [key, value] : actual.items())
      if (!expected.contains(key))
        more.push_back(fmt::format("{}: {}", Value(key).dump(), short_line(value)));
    if (!more.empty()) say(path, fmt::format("also has {}", some(more)));
  }

  // The elements of `expected` from its `from`th on.
  void in_order(const std::string& path, const Value& expected, std::size_t from,
                const Value& actual) {
    const std::size_t wanted = expected.size() - from;
    if (actual.size() != wanted)
      say(path, fmt::format("has {}, expected {}", elements(actual.size()), wanted));
    for (std::size_t i = 0; i < std::min(wanted, actual.size()); ++i)
      compare(step(path, std::to_string(i)), expected[from + i], actual[i]);
  }

  void in_any_order(const std::string& path, const Value& expected, const Value& actual) {
    Pairing pairing(expected, actual);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (pairing.is_met(i)) continue;
      const auto words = fmt::format("has no element {}", short_line(expected[i]));
      const auto nearest = pairing.nearest(i);
      if (!nearest) {
        say(path, fmt::format("{}; it {}", words, elements_left(actual, pairing)));
        continue;
      }
      const std::string its_path = step(path, std::to_string(*nearest));
      say(path, fmt::format("{}; nearest is {}:", words, its_path));
      const std::size_t begin = lines_.size();
      compare(its_path, expected[i], actual[*nearest]);
      std::for_each(lines_.begin() + static_cast<std::ptrdiff_t>(begin), lines_.end(),
                    [](std::string& line) { line.insert(0, "  "); });
    }
  }

  static std::string elements_left(const Value& array, const Pairing& pairing) {
    if (array.empty()) return "is empty";
    Lines left;
    for (std::size_t j = 0; j < array.size(); ++j)
      if (!pairing.is_taken(j)) left.push_back(short_line(array[j], 40));
    if (left.empty()) return fmt::format("has {}, all matched by others", elements(array.size()));
    return (left.size() < array.size() ? "also has " : "has ") + some(left);
  }

  Likeness likeness_;
  Lines lines_ = {};
};

}  // namespace

std::vector<std::string> difference(const Json& expected, const Json& actual, Likeness likeness) {
  return Difference(likeness).tell(parse(expected.text()), parse(actual.text()));
}

}  // namespace vethlab::json
