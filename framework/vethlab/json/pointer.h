// private
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace vethlab::json {

// The pointer to a part of the part at `path`: RFC 6901's escapes.
std::string step(const std::string& path, std::string_view key);

// The part. NoJson: "there is no /peers/10.0.0.2: /peers has "10.0.0.3"". One that is no pointer
// (RFC 6901): std::invalid_argument.
nlohmann::json part_at(const nlohmann::json& value, std::string_view pointer);

}  // namespace vethlab::json
