// private
#pragma once

#include <vethlab/json/json.h>

#include <cstdint>
#include <string>
#include <vector>

namespace vethlab::json {

enum class Likeness : std::uint8_t {
  kSubset,  // what is expected is there; see HasJson
  kEqual,   // and nothing else, and arrays in their order
};

// How `actual` differs from what is expected, a line each; empty: it doesn't. Lines begin with the
// part's JSON pointer, as Json::at takes it; those of the nearest element of an array stand below
// the array's, indented by two.
//
//   /peers: has no "10.0.0.2"; it has "10.0.0.3", "10.0.0.4"
//   /routes/10.3.0.0~124/0/valid: is false, expected true
std::vector<std::string> difference(const Json& expected, const Json& actual, Likeness likeness);

}  // namespace vethlab::json
