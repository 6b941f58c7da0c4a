// private
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace vethlab::json {

// {"as": 65001, "peers": []}
std::string one_line(const nlohmann::json& value);

// The same, with "…" for what is beyond so many bytes.
std::string short_line(const nlohmann::json& value, std::size_t bytes = 100);

// What fits in 96 columns stands in a line, the rest in several, indented by two. What is beyond
// 60 lines or 200 bytes of a line is counted: "… 12 more lines".
std::string pretty(const nlohmann::json& value);

}  // namespace vethlab::json
