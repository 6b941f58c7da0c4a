#pragma once

#include <chrono>

namespace vethlab {

// How long something may take where the test does not say: a program's and a closure's timeout, a wait's patience, a
// daemon's grace. On a machine that is slow (emulated, or busy), VETHLAB_TIMEOUT_FACTOR=6 in the environment makes each of
// them six times as long; a time that the test itself gives stays as it is. Another value than a whole number, 1 to
// 1000: std::invalid_argument.
std::chrono::milliseconds default_time(int seconds);

}  // namespace vethlab
