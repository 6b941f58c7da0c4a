#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/text_view.h>

#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace vethlab {

// There is no such JSON: a program failed or printed something else (Node::json), or a value has no
// such part (Json::at). EXPECT_EVENTUALLY takes it for an answer that matches nothing, and asks again.
class NoJson : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace internal {
std::string json_of(double number, Caller caller);
std::string json_of(std::string_view string);
}  // namespace internal

// A JSON value (RFC 8259): what a program printed, or a part of it. Compares by value: keys have no
// order, 1 is 1.0, "1" is not 1. Of a key that an object has twice the last one counts.
//
//   EXPECT_EQ(r1.json({"ip", "-j", "route"}).at("/0/dev"), "eth0");
class Json {
 public:
  // null; and a number, true, false or a *string*, so that it compares with what at() returns. Text that
  // is JSON goes to parse(). Not finite: std::invalid_argument.
  Json() = default;
  Json(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)
  template <class N>
  requires(std::is_arithmetic_v<N> && !std::same_as<N, char>)
      Json(N number, Caller caller = Caller::here()) {  // NOLINT(google-explicit-constructor)
    if constexpr (std::same_as<N, bool>) text_ = number ? "true" : "false";
    else if constexpr (std::is_integral_v<N>) text_ = std::to_string(number);
    else text_ = internal::json_of(static_cast<double>(number), caller);
  }
  template <Text S>
  Json(const S& string)  // NOLINT(google-explicit-constructor)
      : text_(internal::json_of(std::string_view(string))) {}

  // Not JSON (UTF-8; nested 200 deep at most): std::invalid_argument, with where, and the text there.
  static Json parse(TextView text, Caller caller = Caller::here());

  // A part, by its JSON pointer (RFC 6901): "/routes/10.0.0.0~18/0/valid"; "" is the whole, "~1" a '/'
  // in a key, "~0" a '~'. One that is not there: NoJson, with what is there instead.
  [[nodiscard]] Json at(TextView pointer, Caller caller = Caller::here()) const;
  [[nodiscard]] bool has(TextView pointer, Caller caller = Caller::here()) const;

  [[nodiscard]] const std::string& text() const { return text_; }  // compact; keys sorted
  [[nodiscard]] std::size_t size() const;              // of an array or object; 0 of null, else 1
  [[nodiscard]] std::optional<double> number() const;  // of a number, else none
  [[nodiscard]] std::optional<std::string> string() const;  // of a string, else none

  friend bool operator==(const Json& a, const Json& b);
  // What fits in a line stands in one; 60 lines at most.
  friend std::ostream& operator<<(std::ostream& os, const Json& value);

 private:
  std::string text_ = "null";
};

}  // namespace vethlab
