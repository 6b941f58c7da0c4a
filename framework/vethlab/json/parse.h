// private
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace vethlab::json {

// Throws NoJson: "not JSON at line 1, column 2:", the line, and a mark below the place.
nlohmann::json parse(std::string_view text);

}  // namespace vethlab::json
