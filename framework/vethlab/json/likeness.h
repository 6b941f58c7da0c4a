// private
#pragma once

#include <vethlab/json/difference.h>

#include <nlohmann/json_fwd.hpp>

#include <cstddef>

namespace vethlab::json {

// How much of what is expected `actual` does not have, counted in leaves (and, where they are to be
// equal, in what it has besides); 0: it is alike.
std::size_t unmet(const nlohmann::json& expected, const nlohmann::json& actual, Likeness likeness);

// A key's expected value null, of a subset.
bool means_absent(const nlohmann::json& expected, Likeness likeness);
// An expected array that begins with "__ordered__".
bool is_ordered(const nlohmann::json& expected);

}  // namespace vethlab::json
