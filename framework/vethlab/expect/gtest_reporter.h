#pragma once

namespace vethlab::internal {

// Makes GoogleTest the one that hears of skips and failures (base/reporter.h). True, for the
// initialisation below.
bool install_gtest_reporter();

inline const bool kGtestReporterInstalled = install_gtest_reporter();

}  // namespace vethlab::internal
