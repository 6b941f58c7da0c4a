// private
#pragma once

#include <vethlab/process/output_log.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

namespace vethlab::process {

// Cuts what comes from a pipe into lines.
class LineReader {
 public:
  explicit LineReader(bool err) : err_(err) {}

  using Buffer = std::array<char, 1 << 16>;
  [[nodiscard]] Buffer& buffer() { return buffer_; }

  // The buffer's first `size` bytes have come, `at` after the program's start.
  void take(std::size_t size, std::chrono::nanoseconds at, OutputLog& log);
  void finish(std::chrono::nanoseconds at, OutputLog& log);  // a last line may have no end

 private:
  void put(std::chrono::nanoseconds at, OutputLog& log);

  bool err_;
  std::string line_ = {};
  bool cut_off_ = false;
  Buffer buffer_;  // as it comes: of most daemons, only its first page is ever there
};

}  // namespace vethlab::process
