// private
#pragma once

#include <vethlab/base/network_bytes.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace vethlab::capture {

using Bytes = std::span<const std::uint8_t>;

// "02:00:00:00:00:01" of 6 bytes.
std::string mac_text(Bytes bytes);

// What follows a header: what was captured of it, and how long it was on the wire. Captured is never
// more, so that `has` guards both.
struct Part {
  Bytes bytes;
  std::size_t length = 0;

  [[nodiscard]] bool has(std::size_t size) const { return bytes.size() >= size; }
  [[nodiscard]] Part after(std::size_t size) const {
    return {bytes.subspan(std::min(size, bytes.size())), length - std::min(size, length)};
  }
  [[nodiscard]] Part first(std::size_t size) const {
    return {bytes.first(std::min(size, bytes.size())), std::min(size, length)};
  }
};

}  // namespace vethlab::capture
