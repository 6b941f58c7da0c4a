#pragma once

#include <vethlab/base/prefix.h>

#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <ratio>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace vethlab::internal {

// How a field's value is written in a sentence, as `ip` would: eth0, default, 600 s.

void say(std::ostream& os, const std::string& text);  // in quotes where it is not one plain word
void say(std::ostream& os, const Prefix& prefix);     // "default" for the prefix of length 0
void say_errno(std::ostream& os, int error);          // ENETUNREACH
void say_hex(std::ostream& os, std::uint32_t mark);   // 0x1

template <class Rep, class Period>
void say(std::ostream& os, const std::chrono::duration<Rep, Period>& time) {
  os << time.count();
  if constexpr (std::is_same_v<Period, std::nano>) os << " ns";
  else if constexpr (std::is_same_v<Period, std::micro>) os << " us";
  else if constexpr (std::is_same_v<Period, std::milli>) os << " ms";
  else if constexpr (std::is_same_v<Period, std::ratio<1>>) os << " s";
  else if constexpr (std::is_same_v<Period, std::ratio<60>>) os << " min";
  else os << " * " << Period::num << '/' << Period::den << " s";
}

template <class T>
void say(std::ostream& os, const T& value) {
  testing::internal::UniversalPrint(value, &os);
}

template <class T>
void say(std::ostream& os, const std::vector<T>& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) os << ", ";
    say(os, list[i]);
  }
}

// Of a text or a list, empty means that there is none.
template <class T>
bool is_none(const T& value) {
  if constexpr (requires { value.empty(); }) return value.empty();
  else return false;
}

}  // namespace vethlab::internal

// GoogleTest 1.12 prints a time as its bytes: "is <= 8-byte object <10-27 …>". Constrained, so that a
// test's own printer of times, which is not, does not clash with this one but gives way to it.
template <class Rep, class Period>
requires std::is_arithmetic_v<Rep>
class testing::internal::UniversalPrinter<std::chrono::duration<Rep, Period>> {
 public:
  static void Print(const std::chrono::duration<Rep, Period>& time, std::ostream* os) {
    vethlab::internal::say(*os, time);
  }
};
