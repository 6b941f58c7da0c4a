// private
#pragma once

#include <string>
#include <string_view>

namespace vethlab::evidence {

// Lines that one of two texts has and the other hasn't: "\n- line" and "\n+ line", each section's under
// its heading ("# ip link"), where they have that in common.
std::string difference(std::string_view before, std::string_view after);

}  // namespace vethlab::evidence
