// How one JSON value differs from another: what is compared, and the lines that say so.
#include <vethlab/json/difference.h>

#include <gmock/gmock.h>

#include <string>
#include <vector>

using namespace testing;
using vethlab::Json;
using vethlab::json::Likeness;

namespace {

std::vector<std::string> subset(const char* expected, const char* actual) {
  return vethlab::json::difference(Json::parse(expected), Json::parse(actual), Likeness::kSubset);
}

std::vector<std::string> equal(const char* expected, const char* actual) {
  return vethlab::json::difference(Json::parse(expected), Json::parse(actual), Likeness::kEqual);
}

TEST(JsonSubset, HasEachKeyWhateverElseThereIs) {
  EXPECT_THAT(subset("{}", R"({"a": 1})"), IsEmpty());
  EXPECT_THAT(subset(R"({"a": {"b": 1}})", R"({"x": 0, "a": {"b": 1.0, "c": 2}})"), IsEmpty());
  EXPECT_THAT(subset(R"({"a": {"b": 1}})", R"({"a": {"b": "1"}})"),
              ElementsAre(R"(/a/b: is "1", expected 1)"));
  EXPECT_THAT(subset(R"({"a": {"b": 1}})", R"({"a": 1})"),
              ElementsAre(R"(/a: is 1, expected {"b": 1})"));
  EXPECT_THAT(subset("{}", "[]"), ElementsAre("is [], expected {}"));
}

TEST(JsonSubset, NamesTheKeysThatAreNotThereAndTheirNeighbours) {
  EXPECT_THAT(
      subset(R"({"peers": {"10.0.0.2": {}}})", R"({"peers": {"10.0.0.3": {}, "10.0.0.4": {}}})"),
      ElementsAre(R"(/peers: has no "10.0.0.2"; it has "10.0.0.3", "10.0.0.4")"));
  EXPECT_THAT(subset(R"({"a": 1, "b": 2})", "{}"), ElementsAre(R"(has no "a", "b"; it is empty)"));
  EXPECT_THAT(subset(R"({"k5x": 1})",
                     R"({"k0":0,"k1":0,"k2":0,"k3":0,"k4":0,"k5":0,"k6":0,"k7":0,"k8":0,"k9":0})"),
              ElementsAre(R"(has no "k5x"; it has "k3", "k4", "k5", "k6", "k7", "k8" and 4 more)"));
}

TEST(JsonSubset, TakesNullForWhatIsNotThere) {
  EXPECT_THAT(subset(R"({"a": null})", R"({"b": 1})"), IsEmpty());
  EXPECT_THAT(subset(R"({"a": null})", R"({"a": null})"), IsEmpty());
  EXPECT_THAT(
      subset(R"({"routes": {"10.66.0.0/24": null}})", R"({"routes": {"10.66.0.0/24": [1]}})"),
      ElementsAre("/routes/10.66.0.0~124: is [1], expected not to be there"));
  EXPECT_THAT(subset("null", "1"), ElementsAre("is 1, expected null"));
  EXPECT_THAT(subset("[null]", "[1]"), ElementsAre("has no element null; it has 1"));
}

TEST(JsonSubset, TakesAStarForAnythingThatIsThere) {
  EXPECT_THAT(subset(R"({"uptime": "*", "n": ["*"]})", R"({"uptime": "00:01:02", "n": [{}]})"),
              IsEmpty());
  EXPECT_THAT(subset(R"({"uptime": "*"})", R"({"x": 1})"),
              ElementsAre(R"(has no "uptime"; it has "x")"));
}

TEST(JsonSubset, HasEachElementInAnyOrderOnceEach) {
  EXPECT_THAT(subset("[3, 1]", "[1, 2, 3]"), IsEmpty());
  EXPECT_THAT(subset("[]", "[1]"), IsEmpty());
  EXPECT_THAT(subset("[1, 1]", "[1, 2]"), ElementsAre("has no element 1; it also has 2"));
  EXPECT_THAT(subset("[1, 1]", "[1]"),
              ElementsAre("has no element 1; it has 1 element, all matched by others"));
  EXPECT_THAT(subset("[1]", "[]"), ElementsAre("has no element 1; it is empty"));
  // {} takes the first of the two at first, and must give it away.
  EXPECT_THAT(subset(R"([{}, {"a": 1}])", R"([{"a": 1}, {"b": 1}])"), IsEmpty());
}

TEST(JsonSubset, NamesTheNearestElementAndWhatDiffersThere) {
  EXPECT_THAT(
      subset(R"({"r": [{"dst": "10.3.0.0/24", "dev": "eth0", "metric": 1}]})",
             R"({"r": [{"dst": "default", "dev": "eth0", "metric": 7},
                               {"dst": "10.3.0.0/24", "dev": "eth0"}]})"),
      ElementsAre(R"(/r: has no element {"dev": "eth0", "dst": "10.3.0.0/24", "metric": 1}; )"
                  R"(nearest is /r/1:)",
                  R"(  /r/1: has no "metric"; it has "dev", "dst")"));
  EXPECT_THAT(subset(R"([{"a": [{"b": 1}]}])", R"([{"a": [{"b": 2}]}])"),
              ElementsAre(R"(has no element {"a": [{"b": 1}]}; nearest is /0:)",
                          R"(  /0/a: has no element {"b": 1}; nearest is /0/a/0:)",
                          R"(    /0/a/0/b: is 2, expected 1)"));
  EXPECT_THAT(subset(R"([{"a": 1}])", R"(["x", 1])"),
              ElementsAre(R"(has no element {"a": 1}; it has "x", 1)"));
}

TEST(JsonSubset, HasElementsInTheirOrderWhereThatIsAsked) {
  EXPECT_THAT(subset(R"(["__ordered__", {"a": 1}, {"b": 2}])", R"([{"a": 1, "x": 0}, {"b": 2}])"),
              IsEmpty());
  EXPECT_THAT(
      subset(R"(["__ordered__", 1, 2])", "[2, 1, 3]"),
      ElementsAre("has 3 elements, expected 2", "/0: is 2, expected 1", "/1: is 1, expected 2"));
}

TEST(JsonEqual, SaysWhatIsThereBesides) {
  EXPECT_THAT(equal(R"({"a": [1, {"b": 2}]})", R"({"a": [1.0, {"b": 2}]})"), IsEmpty());
  EXPECT_THAT(equal(R"({"a": {}})", R"({"a": {"b": 1, "c": []}})"),
              ElementsAre(R"(/a: also has "b": 1, "c": [])"));
  EXPECT_THAT(
      equal("[1, 2]", "[2, 1, 3]"),
      ElementsAre("has 3 elements, expected 2", "/0: is 2, expected 1", "/1: is 1, expected 2"));
  EXPECT_THAT(equal(R"({"a": null})", "{}"), ElementsAre(R"(has no "a"; it is empty)"));
  EXPECT_THAT(equal(R"(["*"])", R"(["x"])"), ElementsAre(R"(/0: is "x", expected "*")"));
}

// Each level of arrays is compared once, not once for each that it stands in.
TEST(JsonSubset, ComparesDeepArraysInNoTime) {
  const std::string open(150, '[');
  const std::string close(150, ']');
  const auto lines = subset((open + "1" + close).c_str(), (open + "2" + close).c_str());
  ASSERT_THAT(lines, SizeIs(150));
  EXPECT_THAT(lines.back(), HasSubstr("has no element 1; it has 2"));
}

TEST(JsonSubset, ComparesLongArraysInNoTime) {
  std::string numbers = "[0";
  for (int i = 1; i < 20'000; ++i) numbers += "," + std::to_string(i);
  numbers += "]";
  EXPECT_THAT(subset(numbers.c_str(), numbers.c_str()), IsEmpty());
}

TEST(JsonSubset, ComparesArraysInAnotherOrderEachWithEach) {
  std::string numbers = "[0";
  std::string reversed = "0]";
  for (int i = 1; i < 2'000; ++i) {
    numbers += "," + std::to_string(i);
    reversed.insert(0, std::to_string(i) + ",");
  }
  EXPECT_THAT(subset((numbers + "]").c_str(), ("[" + reversed).c_str()), IsEmpty());
}

}  // namespace
