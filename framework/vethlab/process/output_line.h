#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <tuple>

namespace vethlab {

// A line that a program has written.
struct OutputLine {
  std::chrono::microseconds at{0};  // since it was started, when it was read
  bool err = false;                 // on stderr, else stdout
  std::string text = {};  // without its end; of one over 4096 bytes the first of them, and " …"
  friend bool operator==(const OutputLine&, const OutputLine&) = default;
  friend std::ostream& operator<<(std::ostream& os, const OutputLine& line);    // "0.213 s  text"
  friend auto members(OutputLine& l) { return std::tie(l.at, l.err, l.text); }  // base/encoding.h
};

}  // namespace vethlab
