// private
#pragma once

#include <vethlab/process/output_line.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace vethlab::process {

// The lines of a program that may write for ever: the first kKept and the last kKept are kept, and how
// many were dropped between them.
class OutputLog {
 public:
  static constexpr std::size_t kKept = 1000;

  void add(OutputLine line);

  // How many there were, with those that were dropped: the number of the next one.
  [[nodiscard]] std::int64_t count() const { return count_; }
  // Those from number `since` on that are kept; `first`: the number of the first of them.
  struct Part {
    std::int64_t first = 0;
    std::vector<OutputLine> lines = {};
    friend auto members(Part& p) { return std::tie(p.first, p.lines); }
  };
  // In two parts, where lines between them were dropped.
  [[nodiscard]] std::vector<Part> since(std::int64_t number) const;
  // What another log has since this one's count(), or since before that.
  void add(std::vector<Part> parts);

  // All that are kept; where some are not, a line says so: "… 12 lines are not kept …".
  [[nodiscard]] std::vector<OutputLine> lines() const;
  [[nodiscard]] std::string text(bool err) const;  // of one of the two, as it was written

 private:
  std::int64_t count_ = 0;
  std::vector<OutputLine> head_ = {};
  std::deque<OutputLine> tail_ = {};
  std::int64_t dropped_ = 0;  // between them
};

}  // namespace vethlab::process
