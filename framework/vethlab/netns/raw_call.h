// private
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace vethlab::netns {

// For processes that were cloned from a test which may have threads: no lock, no allocation.

// syscall(2) itself: libc's wrappers are cancellation points, and sanitizers intercept them with
// locks that another thread of the test may have held at the clone. -1 and errno on failure.
template <class... Args>
long call(long number, Args... args) {
  [[maybe_unused]] const auto word = [](auto arg) {  // as wide as the kernel reads it
    if constexpr (std::is_pointer_v<decltype(arg)>) return reinterpret_cast<long>(arg);
    else if constexpr (std::is_null_pointer_v<decltype(arg)>) return 0L;
    else return static_cast<long>(arg);
  };
  return ::syscall(number, word(args)...);
}

// Text in a fixed buffer, cut where it is full; always ended by NUL.
template <std::size_t N>
void append(std::array<char, N>& buffer, std::string_view text) {
  const std::size_t used = std::string_view(buffer.data()).size();
  const std::size_t fits = std::min(text.size(), N - 1 - used);
  std::copy_n(text.data(), fits, buffer.data() + used);
  buffer[used + fits] = '\0';
}

}  // namespace vethlab::netns
