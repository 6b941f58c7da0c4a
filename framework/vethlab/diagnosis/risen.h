// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace vethlab::diagnosis {

// Which of several counters count this probe: those that rise by as many as are sent, first seven, then
// twelve, and not in as long a time without one. What the node itself sends meanwhile, a packet or three, is
// allowed for; who passes there all the time hides it.
std::vector<bool> risen(Case& judged, const std::function<std::vector<std::int64_t>()>& read);

}  // namespace vethlab::diagnosis
