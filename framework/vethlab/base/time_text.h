// private
#pragma once

#include <chrono>
#include <string>

namespace vethlab {

// "2 s", "50 ms".
std::string time_text(std::chrono::milliseconds time);

}  // namespace vethlab
