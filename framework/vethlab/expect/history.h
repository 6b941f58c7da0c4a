// private
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace vethlab::internal {

// What a question answered, and when. Consecutive equal answers are one entry; the first and the
// last few are kept.
//
//     0 ms: (none)
//     12 ms to 5.0 s:
//       10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1
//     > default via 10.0.0.2 dev eth0    nearest: has via 10.0.0.2
class History {
 public:
  static constexpr std::size_t kKept = 4;         // at each end
  static constexpr std::size_t kMostLines = 30;   // of one answer
  static constexpr std::size_t kMostBytes = 500;  // of one line

  // `explanation` is a matcher's ("which has mtu 1500"), or empty: shown with the last answer.
  // `marked`, if not empty, is shown in place of the last answer and its explanation: a table as
  // TableHearing makes it.
  void add(std::chrono::milliseconds at, std::string answer, std::string explanation = {},
           std::string marked = {});

  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] std::chrono::milliseconds last_at() const { return last_at_; }
  [[nodiscard]] std::string text() const;  // each line after a line break

 private:
  struct Entry {
    std::chrono::milliseconds first;
    std::chrono::milliseconds last;
    std::string answer;
  };
  [[nodiscard]] std::string text_of(const Entry& entry, bool newest) const;

  std::vector<Entry> first_ = {};
  std::deque<Entry> last_ = {};  // … of those after the first
  std::size_t left_out_ = 0;     // between them
  std::string explanation_ = {};
  std::string marked_ = {};
  std::chrono::milliseconds last_at_{0};
  int asked_ = 0;
};

// "12 ms", "5.0 s".
std::string moment_text(std::chrono::milliseconds time);

}  // namespace vethlab::internal
