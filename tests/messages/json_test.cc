// What is said of a program's JSON, to the letter.
#include "failure_of.h"
#include "text_of.h"

#include <vethlab/vethlab.h>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

const char* const kBgp = R"({
  "routerId": "10.0.0.1",
  "peers": {"10.0.0.3": {"state": "Active"}, "10.0.0.4": {"state": "Established"}},
  "routes": {"10.3.0.0/24": [{"valid": false, "nexthops": [{"ip": "10.0.0.2"}]}]}
})";

TEST(JsonMessages, TellTheDifferencePartByPartThenTheWhole) {
  const Json bgp = Json::parse(kBgp);
  EXPECT_EQ(failure_of([&] {
              EXPECT_THAT(bgp, HasJson(R"({"peers": {"10.0.0.2": {}},
                                           "routes": {"10.3.0.0/24": [{"valid": true}]}})"));
            }),
            R"(Value of: bgp
Expected: has JSON {"peers": {"10.0.0.2": {}}, "routes": {"10.3.0.0/24": [{"valid": true}]}}
  Actual: 
    /peers: has no "10.0.0.2"; it has "10.0.0.3", "10.0.0.4"
    /routes/10.3.0.0~124: has no element {"valid": true}; nearest is /routes/10.3.0.0~124/0:
      /routes/10.3.0.0~124/0/valid: is false, expected true
  of:
    {
      "peers": {"10.0.0.3": {"state": "Active"}, "10.0.0.4": {"state": "Established"}},
      "routerId": "10.0.0.1",
      "routes": {"10.3.0.0/24": [{"nexthops": [{"ip": "10.0.0.2"}], "valid": false}]}
    })");
}

TEST(JsonMessages, TellTwentyDifferencesAtMost) {
  std::string expected = "{\"k\": 0";
  std::string actual = "{\"k\": 0";
  for (int i = 0; i < 23; ++i) {
    const std::string key = ", \"k" + std::to_string(10 + i) + "\": ";
    expected.append(key).append("1");
    actual.append(key).append("2");
  }
  const std::string text =
      actual_of([&] { EXPECT_THAT(Json::parse(actual + "}"), IsJson(expected + "}")); });
  EXPECT_THAT(text,
              StartsWith("  Actual: \n    /k10: is 2, expected 1\n    /k11: is 2, expected 1\n"));
  EXPECT_THAT(text, HasSubstr("\n    /k29: is 2, expected 1\n    … and 3 more\n  of:\n    {\n"));
}

TEST(JsonMessages, DescribeWhatIsExpected) {
  using M = Matcher<const Json&>;
  EXPECT_EQ(DescribeMatcher<const Json&>(M(HasJson("[1,2]"))), "has JSON [1, 2]");
  EXPECT_EQ(DescribeMatcher<const Json&>(M(Not(HasJson("[1,2]")))), "doesn't have JSON [1, 2]");
  EXPECT_EQ(DescribeMatcher<const Json&>(M(IsJson(Json(7)))), "is JSON 7");
  EXPECT_EQ(DescribeMatcher<const Json&>(M(Not(IsJson(Json(7))))), "is not JSON 7");
}

TEST(JsonMessages, OfOtherMatchersShowTheValue) {
  EXPECT_EQ(actual_of([] { EXPECT_THAT(Json::parse("[1,2]"), Eq(Json(7))); }), "  Actual: [1, 2]");
  EXPECT_EQ(failure_of([] { EXPECT_EQ(Json::parse(R"({"as":1})").at("/as"), "1"); }),
            "Expected equality of these values:\n"
            "  Json::parse(R\"({\"as\":1})\").at(\"/as\")\n    Which is: 1\n  \"1\"");
}

TEST(JsonMessages, OfAProgramThatFailsTellItsEndAndWhatItPrinted) {
  Lab lab;
  Node& r1 = lab.add_node("r1");
  EXPECT_EQ(text_of([&] {
              (void)r1.json({"sh", "-c", "echo Exiting.; echo 'no daemon' >&2; exit 3"});
            }),
            "sh -c \"echo Exiting.; echo 'no daemon' >&2; exit 3\" in r1: exit status 3\n"
            "stdout:\n  Exiting.\nstderr:\n  no daemon");
  EXPECT_EQ(text_of([&] {
              (void)r1.json({"sh", "-c", "kill $$"});
            }),
            "sh -c \"kill $$\" in r1: killed by SIGTERM");
  EXPECT_EQ(text_of([&] {
              (void)r1.json({"sleep", "9"}, {.timeout = 20ms});
            }),
            "sleep 9 in r1: not ended after 20 ms, and killed");
  EXPECT_EQ(text_of([&] {
              (void)r1.json({"sh", "-c", "seq 12; false"});
            }),
            "sh -c \"seq 12; false\" in r1: exit status 1\n"
            "stdout:\n  …\n  3\n  4\n  5\n  6\n  7\n  8\n  9\n  10\n  11\n  12");
}

TEST(JsonMessages, OfAProgramThatPrintsSomethingElseShowThePlace) {
  Lab lab;
  Node& r1 = lab.add_node("r1");
  EXPECT_EQ(text_of([&] {
              (void)r1.json({"echo", "% BGP instance not found"});
            }),
            "echo \"% BGP instance not found\" in r1: stdout is not JSON at line 1, column 1:\n"
            "  % BGP instance not found\n  ^");
  EXPECT_EQ(text_of([&] { (void)r1.json({"true"}); }),
            "true in r1: stdout is not JSON: it is empty");
}

TEST(JsonMessages, OfEventuallyShowWhyThereWasNone) {
  Lab lab;
  Node& r1 = lab.add_node("r1");
  EXPECT_THAT(
      failure_of([&] { EXPECT_EVENTUALLY(r1.json({"false"}).at("/as"), 65001, 0ms); }),
      MatchesRegex("Value of: r1.json.*\nExpected: within 0 s: is equal to 65001\n"
                   "  Actual: never, asked (once|2 times):\n"
                   "    0 ms( to . ms)?: threw: json_test.cc:[0-9]+: false in r1: exit status 1"));
}

TEST(JsonMessages, OfExpectedTextThatIsNoneNameTheLine) {
  EXPECT_EQ(text_of([] { (void)HasJson("{1}"); }), "not JSON at line 1, column 2:\n  {1}\n   ^");
  EXPECT_EQ(text_of([] { (void)IsJson(""); }), "not JSON: it is empty");
}

}  // namespace
