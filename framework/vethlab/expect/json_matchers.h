#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/base/text_view.h>
#include <vethlab/json/json.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vethlab {

// What routing people test with, as json_cmp of FRR's topotests:
//
//   EXPECT_EVENTUALLY(r1.json({"vtysh", "-c", "show ip bgp json"}),
//                     HasJson(R"({"routes": {"10.3.0.0/24": [{"valid": true}], "10.66.0.0/24": null}})"));
//
// HasJson: what is expected is there, whatever else is.
//   - an object: each of its keys is there, and its value matches;
//   - a key with null: the key is not there, or is null;
//   - an array: each of its elements matches another element of the actual one, in any order. One
//     that begins with "__ordered__": as many elements, in this order;
//   - "*": anything that is there;
//   - else it is equal: 1 to 1.0, not to "1".
// IsJson: equal, arrays in their order.
// A failure shows what differs, part by part, 20 at most; each part by its JSON pointer, as Json::at
// takes it. Expected text that is not JSON: std::invalid_argument with where.
testing::Matcher<const Json&> HasJson(Json expected);
testing::Matcher<const Json&> IsJson(Json expected);
template <Text S>
testing::Matcher<const Json&> HasJson(const S& expected, Caller caller = Caller::here()) {
  return HasJson(Json::parse(expected, caller));
}
template <Text S>
testing::Matcher<const Json&> IsJson(const S& expected, Caller caller = Caller::here()) {
  return IsJson(Json::parse(expected, caller));
}

// Called by GoogleTest, in place of its own of this name (see table_matching.h): what differs first,
// and then the whole.
bool MatchPrintAndExplain(const Json& json, const testing::Matcher<const Json&>& matcher,
                          testing::MatchResultListener* listener);

}  // namespace vethlab

// Else EXPECT_EQ(json, "up") would show where the literal lies: "Which is: 0x55…".
template <>
class testing::internal::FormatForComparison<const char*, vethlab::Json> {
 public:
  static std::string Format(const char* string) { return PrintToString(vethlab::Json(string)); }
};
