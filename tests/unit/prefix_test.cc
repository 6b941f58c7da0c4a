#include <vethlab/base/prefix.h>

#include <gmock/gmock.h>

#include <stdexcept>

using namespace testing;
using namespace vethlab;

namespace {

std::string refusal(const char* text) {
  try {
    (void)Prefix::parse(text, {"dir/x_test.cc", 7});
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "(taken)";
}

TEST(Prefix, ParsesAndPrints) {
  EXPECT_EQ(Prefix("10.0.0.1/24").text(), "10.0.0.1/24");
  EXPECT_EQ(Prefix("10.0.0.1").text(), "10.0.0.1/32");
  EXPECT_EQ(Prefix("2001:DB8:0:0::1/64").text(), "2001:db8::1/64");
  EXPECT_EQ(Prefix("default"), Prefix::any(Family::kIpv4));
}

TEST(Prefix, RefusesWithTheLineTheTextAndTheReason) {
  EXPECT_EQ(refusal("10.0.0.1/33"),
            "x_test.cc:7: \"10.0.0.1/33\" is not a prefix: its length must be 0 to 32");
  EXPECT_EQ(refusal("10.0.0.256/24"),
            "x_test.cc:7: \"10.0.0.256/24\" is not a prefix: \"10.0.0.256\" is not an IPv4 or IPv6 "
            "address");
  for (const char* bad : {"", "/", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.1/ 8", "10.0.0.1/8x",
                          "::/129", "10.0.0.1/8/8", "10.0.0.1/99999999999", "eth0"})
    EXPECT_THAT(refusal(bad), HasSubstr("is not a prefix")) << bad;
}

TEST(Prefix, MasksAndContains) {
  EXPECT_EQ(Prefix("10.1.2.3/12").masked(), Prefix("10.0.0.0/12"));
  EXPECT_EQ(Prefix("2001:db8::ffff/113").masked(), Prefix("2001:db8::8000/113"));
  EXPECT_TRUE(Prefix("10.1.2.3/16").contains("10.1.255.255"));
  EXPECT_FALSE(Prefix("10.1.2.3/16").contains("10.2.0.0"));
  EXPECT_FALSE(Prefix("0.0.0.0/0").contains("::1"));
}

}  // namespace
