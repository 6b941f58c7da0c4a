// private
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace vethlab::json {

// "1 element", "3 elements".
std::string elements(std::size_t n);

// "a", "b" and 7 more: from the one at `from` on.
std::string some(const std::vector<std::string>& names, std::size_t from = 0);

// "is empty"; "has "a", "b" and 7 more": an object's keys that stand next to this one in the alphabet,
// as what was mistyped does.
std::string keys_near(const nlohmann::json& object, const std::string& key);

}  // namespace vethlab::json
