// The value: what is read, what a pointer finds, how it compares and prints.
#include <vethlab/json/json.h>

#include <gmock/gmock.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

using namespace testing;
using namespace vethlab;

namespace {

std::string refused(const std::string& text) {
  try {
    (void)Json::parse(text, Caller{});
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "(read)";
}

TEST(JsonText, ThatIsNoneIsRefusedWithThePlaceAndWhatStandsThere) {
  EXPECT_EQ(refused("% BGP instance not found\n"),
            "not JSON at line 1, column 1:\n  % BGP instance not found\n  ^");
  EXPECT_EQ(refused("{\n  \"as\": 65001,\n  \"é\": tru\n}"),
            "not JSON at line 3, column 11:\n    \"é\": tru\n            ^");
  EXPECT_EQ(refused("[1, 2"),
            "not JSON: it ends too early, at line 1, column 6:\n  [1, 2\n       ^");
  EXPECT_EQ(refused("{} {}\n"), "not JSON at line 1, column 4:\n  {} {}\n     ^");
  EXPECT_EQ(
      refused("["
              "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \x01, 2, "
              "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"]"),
      "not JSON at line 1, column 69:\n"
      "  …aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", ?, 2, \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…\n"
      "                                           ^");
}

TEST(JsonText, ThatCannotBeReadSaysWhy) {
  EXPECT_EQ(refused(""), "not JSON: it is empty");
  EXPECT_EQ(refused(" \n"), "not JSON: it is empty");
  EXPECT_EQ(refused(std::string(100'000, '[')),
            "not JSON that can be read: nested more than 200 deep");
  EXPECT_EQ(refused("[1e400]"), "not JSON that can be read: a number in it is larger than 1.8e308");
  EXPECT_EQ(refused("[\"\xff\"]"), "not JSON at line 1, column 3:\n  [\"\xff\"]\n    ^");
}

TEST(JsonText, IsRefusedWithTheCallersLine) {
  EXPECT_THAT([] { (void)Json::parse("{"); },
              ThrowsMessage<std::invalid_argument>(
                  MatchesRegex("json_test.cc:[0-9]+: not JSON: it ends too early, (.|\n)*")));
  EXPECT_THAT([] { Json(std::nan("")); },
              ThrowsMessage<std::invalid_argument>(
                  MatchesRegex("json_test.cc:[0-9]+: Json: nan is no number in JSON")));
}

TEST(JsonValue, ComparesByWhatItIs) {
  EXPECT_EQ(Json::parse(R"({"b": 1.0, "a": [true, null]})"),
            Json::parse(R"({"a":[true,null],"b":1})"));
  EXPECT_NE(Json::parse("[1, 2]"), Json::parse("[2, 1]"));
  EXPECT_NE(Json::parse("[1]"), Json::parse("[1, 1]"));
  EXPECT_NE(Json::parse("{}"), Json::parse(R"({"a": null})"));
  EXPECT_NE(Json::parse("18446744073709551615"), Json::parse("-1"));
  EXPECT_EQ(Json::parse("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(Json::parse(R"({"a": 1, "a": 2})"), Json::parse(R"({"a": 2})"));
}

TEST(JsonValue, IsMadeOfPlainValues) {
  EXPECT_EQ(Json::parse("65001"), 65001);
  EXPECT_EQ(Json::parse("\"65001\""), "65001");
  EXPECT_NE(Json::parse("65001"), "65001");
  EXPECT_EQ(Json::parse("true"), true);
  EXPECT_NE(Json::parse("true"), 1);
  EXPECT_EQ(Json::parse("-0.5"), -0.5);
  EXPECT_EQ(Json::parse("null"), nullptr);
  EXPECT_EQ(Json(), nullptr);
  EXPECT_EQ(Json::parse(R"("say \"é\"")"), "say \"é\"");
  EXPECT_EQ(Json("a\xff").text(), "\"a\uFFFD\"");
}

TEST(JsonValue, TellsItsSizeNumberAndString) {
  EXPECT_EQ(Json::parse("[1, 2]").size(), 2U);
  EXPECT_EQ(Json::parse("{}").size(), 0U);
  EXPECT_EQ(Json(7).size(), 1U);
  EXPECT_THAT(Json(1500).number(), Optional(1500.0));
  EXPECT_EQ(Json("1500").number(), std::nullopt);
  EXPECT_THAT(Json("up").string(), Optional(std::string("up")));
  EXPECT_EQ(Json(1).string(), std::nullopt);
}

const char* const kRoutes =
    R"({"routes": {"10.3.0.0/24": [{"valid": true}], "~": 1, "": 2}, "as": 65001})";

TEST(JsonPointer, FindsAPart) {
  const Json json = Json::parse(kRoutes);
  EXPECT_EQ(json.at("/routes/10.3.0.0~124/0/valid"), true);
  EXPECT_EQ(json.at("/routes/~0"), 1);
  EXPECT_EQ(json.at("/routes/"), 2);
  EXPECT_EQ(json.at(""), json);
  EXPECT_TRUE(json.has("/as"));
  EXPECT_FALSE(json.has("/routes/10.3.0.0~124/1"));
}

std::string not_found(TextView pointer) {
  try {
    (void)Json::parse(kRoutes).at(pointer, Caller{});
  } catch (const std::exception& error) {
    return error.what();
  }
  return "(found)";
}

TEST(JsonPointer, ToWhatIsNotThereSaysWhatIs) {
  EXPECT_EQ(not_found("/peers/x"), "at: there is no /peers: the whole has \"as\", \"routes\"");
  EXPECT_EQ(not_found("/routes/10.3.0.0~124/1"),
            "at: there is no /routes/10.3.0.0~124/1: /routes/10.3.0.0~124 has 1 element");
  EXPECT_EQ(not_found("/routes/10.3.0.0~124/00"),
            "at: there is no /routes/10.3.0.0~124/00: /routes/10.3.0.0~124 has 1 element");
  EXPECT_EQ(not_found("/as/x"), "at: there is no /as/x: /as is 65001");
}

TEST(JsonPointer, ThatIsNoneIsRefused) {
  EXPECT_EQ(not_found("as"), "at: \"as\" is no JSON pointer: it begins with '/'");
  EXPECT_EQ(not_found("/a~2"),
            "at: \"/a~2\" is no JSON pointer: after '~' comes 0 (a '~') or 1 (a '/')");
  EXPECT_THROW((void)Json::parse(kRoutes).at("as"), std::invalid_argument);
  EXPECT_THROW((void)Json::parse(kRoutes).has("as"), std::invalid_argument);
}

TEST(JsonPrint, HasInALineWhatFitsInOne) {
  EXPECT_EQ(PrintToString(Json::parse(kRoutes)),
            R"({"as": 65001, "routes": {"": 2, "10.3.0.0/24": [{"valid": true}], "~": 1}})");
  EXPECT_EQ(PrintToString(Json::parse(R"({"empty": {}, "many": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccc"], "n": [1]})")),
            "{\n"
            "  \"empty\": {},\n"
            "  \"many\": [\n"
            "    \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n"
            "    \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\n"
            "    \"cccccccccccccccccccc\"\n"
            "  ],\n"
            "  \"n\": [1]\n"
            "}");
}

TEST(JsonPrint, IsBounded) {
  std::string numbers = "[1000000000";
  for (int i = 1; i < 100; ++i) numbers += ", " + std::to_string(1'000'000'000 + i);
  EXPECT_THAT(
      PrintToString(Json::parse(numbers + "]")),
      AllOf(StartsWith("[\n  1000000000,\n"), EndsWith("\n  1000000058,\n… 42 more lines")));
  EXPECT_EQ(PrintToString(Json(std::string(300, 'x'))),
            "\"" + std::string(199, 'x') + "… 102 more bytes");
}

}  // namespace
