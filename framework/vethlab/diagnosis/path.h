// private
#pragma once

#include <vethlab/diagnosis/case.h>

#include <string>

namespace vethlab::diagnosis {

// "client ─ok→ r1 ─✗   server never saw it", and of an answer that was lost "server ─ok→ r1 ─✗": pure.
std::string path_of(const Case& judged, const Finding& found);

}  // namespace vethlab::diagnosis
