#pragma once

#include <vethlab/fixtures/line.h>
#include <vethlab/fixtures/pair.h>
#include <vethlab/fixtures/star.h>

#include <iostream>
#include <string>
#include <utility>

namespace gallery {

// For `ci/run gallery`: whose text it is, and the text.
inline void show(const std::string& text) {
  static const testing::TestInfo* last = nullptr;
  const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
  if (std::exchange(last, test) != test)
    std::cout << "\n" << test->test_suite_name() << "." << test->name() << "\n";
  std::cout << text << "\n";
}

// The cause that a failed verdict names, or "(none)".
inline std::string why(const testing::AssertionResult& verdict) {
  if (verdict) return "(reachable)";
  const std::string text = verdict.message();
  show(text);
  const auto at = text.find("     Why: ");
  if (at == text.npos) return "(none)";
  const auto begin = at + 10;
  return text.substr(begin, text.find('\n', begin) - begin);
}

inline const vethlab::ProbeOptions kShort{.timeout = std::chrono::milliseconds(150)};

// The twin of each fault: the network as it was, in which the same verdict holds.
struct Line : testing::Test, vethlab::LineNet {
  void SetUp() override { ASSERT_REACHABLE(a, b); }
  std::string fault_of(const vethlab::ProbeOptions& options = kShort) {
    return why(vethlab::reaches(a, b, options));
  }
  std::string fault_of6(const vethlab::ProbeOptions& options = kShort) {
    return why(vethlab::reaches(a, {b, vethlab::Family::kIpv6}, options));
  }
};

}  // namespace gallery
