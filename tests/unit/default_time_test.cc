#include <vethlab/base/default_time.h>

#include <vethlab/vethlab.h>

#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

// With VETHLAB_TIMEOUT_FACTOR as given, until the test ends.
class DefaultTime : public Test {
 protected:
  DefaultTime() { set(nullptr); }
  ~DefaultTime() override { set(before_ ? before_->c_str() : nullptr); }

  static void set(const char* factor) {
    if (factor != nullptr) ::setenv("VETHLAB_TIMEOUT_FACTOR", factor, 1);
    else ::unsetenv("VETHLAB_TIMEOUT_FACTOR");
  }

 private:
  static std::optional<std::string> now() {
    const char* const set = std::getenv("VETHLAB_TIMEOUT_FACTOR");
    return set != nullptr ? std::optional<std::string>(set) : std::nullopt;
  }
  std::optional<std::string> before_ = now();
};

TEST_F(DefaultTime, IsTheOrdinaryOne) {
  EXPECT_EQ(default_time(10), 10s);
  set("");
  EXPECT_EQ(default_time(10), 10s);
  set("1");
  EXPECT_EQ(default_time(10), 10s);
}

TEST_F(DefaultTime, IsLongerOnAMachineThatIsSaidToBeSlow) {
  set("6");
  EXPECT_EQ(default_time(10), 60s);
  set("1000");
  EXPECT_EQ(default_time(2), 2000s);
}

TEST_F(DefaultTime, IsThatOfAllOptionsUnlessTheyAreGiven) {
  set("6");
  EXPECT_EQ(ExecOptions{}.timeout, 60s);
  EXPECT_EQ(RunOptions{}.timeout, 60s);
  EXPECT_EQ(StartOptions{}.timeout, 60s);
  EXPECT_EQ(SpawnOptions{}.timeout, 60s);
  EXPECT_EQ(SpawnOptions{}.grace, 12s);
  EXPECT_EQ(LabOptions{}.patience, 30s);
  EXPECT_EQ(LabOptions{}.grace, 12s);
  EXPECT_EQ(ExecOptions{.timeout = 50ms}.timeout, 50ms);
  EXPECT_EQ(ProbeOptions{}.timeout, 1s) << "what is asked of the network";
}

TEST_F(DefaultTime, IsNoneWithAFactorThatIsNone) {
  for (const char* const bad : {"0", "-1", "1001", "99999999999", "1.5", "6x", " 6", "six"}) {
    set(bad);
    EXPECT_THAT([] { (void)default_time(1); },
                ThrowsMessage<std::invalid_argument>("VETHLAB_TIMEOUT_FACTOR \"" +
                                                     std::string(bad) + "\" is not 1 to 1000"));
  }
}

}  // namespace
