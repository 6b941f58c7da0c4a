// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace vethlab::diagnosis {

// Which of several counters count this probe: those that rise by the same with each of two more probes, and
// not in as long a time without one. Who passes there, too, raises them now and then, but not like that.
std::vector<bool> risen(Case& judged, const std::function<std::vector<std::int64_t>()>& read);

}  // namespace vethlab::diagnosis
