#include <vethlab/json/json.h>

#include <vethlab/base/errors.h>
#include <vethlab/json/difference.h>
#include <vethlab/json/parse.h>
#include <vethlab/json/pointer.h>
#include <vethlab/json/print.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <ostream>

#include <fmt/format.h>

namespace vethlab {
namespace {

// What is no UTF-8 becomes U+FFFD.
std::string compact(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string internal::json_of(double number, Caller caller) {
  if (!std::isfinite(number))
    throw_bad_argument(caller, fmt::format("Json: {} is no number in JSON", number));
  return compact(number);
}

std::string internal::json_of(std::string_view string) { return compact(std::string(string)); }

Json Json::parse(TextView text, Caller caller) try {
  Json result;
  result.text_ = compact(json::parse(text));
  return result;
} catch (const NoJson& error) {
  throw_bad_argument(caller, error.what());
}

Json Json::at(TextView pointer, Caller caller) const try {
  Json result;
  result.text_ = compact(json::part_at(json::parse(text_), pointer));
  return result;
} catch (const NoJson& error) {
  throw NoJson(fmt::format("{}at: {}", prefix_of(caller), error.what()));
} catch (const std::invalid_argument& error) {
  throw_bad_argument(caller, fmt::format("at: {}", error.what()));
}

bool Json::has(TextView pointer, Caller caller) const try {
  (void)at(pointer, caller);
  return true;
} catch (const NoJson&) {
  return false;
}

std::size_t Json::size() const { return json::parse(text_).size(); }

std::optional<double> Json::number() const {
  const nlohmann::json value = json::parse(text_);
  if (!value.is_number()) return {};
  return value.get<double>();
}

std::optional<std::string> Json::string() const {
  const nlohmann::json value = json::parse(text_);
  if (!value.is_string()) return {};
  return value.get<std::string>();
}

bool operator==(const Json& a, const Json& b) {
  return a.text_ == b.text_ || json::difference(a, b, json::Likeness::kEqual).empty();
}

std::ostream& operator<<(std::ostream& os, const Json& value) {
  return os << json::pretty(json::parse(value.text_));
}

}  // namespace vethlab
