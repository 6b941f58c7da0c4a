#include <vethlab/base/encoding.h>

#include <gmock/gmock.h>

#include <fcntl.h>

#include <stdexcept>

using namespace testing;
using namespace vethlab;
using vethlab::internal::Decoder;
using vethlab::internal::Encoded;
using vethlab::internal::Encoder;
using vethlab::internal::Returnable;

namespace {

template <class T>
Encoded encoded(T value) {
  Encoder encoder;
  encoder.put(value);
  return encoder.take();
}

template <class T>
T there_and_back(const T& value) {
  return Decoder(encoded(value)).template take<T>();
}

TEST(Encoding, BringsBackWhatWentIn) {
  const auto check = [](const auto& value) { EXPECT_EQ(there_and_back(value), value); };
  check(42);
  check(std::string());
  check(std::string("a\0b", 3));
  check(std::vector<std::string>{"", "x", std::string(100'000, 'y')});
  check(std::optional<std::string>());
  check(std::optional<std::string>("z"));
  check(std::pair(std::string("first"), 2.5));
  check(std::tuple(1, std::string("two"), std::vector<int>{3, 3, 3}));
  check(std::array<std::string, 2>{"a", "b"});
  check(std::vector<bool>{true, false});
  check(std::vector<std::optional<std::vector<int>>>{std::nullopt, std::vector<int>{1}});
}

TEST(Encoding, BringsBackAProbesReport) {
  ProbeReport report{.to = "b (10.0.0.2)", .sent = 2, .received = 1, .ttl = 63};
  report.icmp = IcmpAnswer{.error = IcmpError::kNoRoute, .type = 3, .from = "10.0.1.1"};
  report.echoes = {Echo{.rtt = std::chrono::microseconds(7)}, Echo{.icmp = report.icmp}};
  report.answered_by = "r";
  EXPECT_EQ(there_and_back(report), report);
}

TEST(Encoding, HandsDescriptorsOver) {
  std::vector<UniqueFd> fds;
  fds.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  fds.emplace_back();
  const int number = fds[0].get();
  Encoder encoder;
  encoder.put(fds);
  EXPECT_FALSE(fds[0]);
  const auto back = Decoder(encoder.take()).take<std::vector<UniqueFd>>();
  ASSERT_THAT(back, SizeIs(2));
  EXPECT_EQ(back[0].get(), number);
  EXPECT_FALSE(back[1]);
}

// Each beginning of a reply but the whole is refused, whatever its sizes claim.
TEST(Encoding, RefusesAReplyThatIsCutOff) {
  using T = std::tuple<std::string, std::vector<std::string>, std::optional<int>>;
  const std::string whole = encoded(T{"text", {"a", "b"}, 3}).bytes;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW((void)Decoder({.bytes = whole.substr(0, size)}).take<T>(), std::out_of_range)
        << size;
  const std::string huge(sizeof(std::size_t), '\xff');
  EXPECT_THROW((void)Decoder({.bytes = huge}).take<std::string>(), std::out_of_range);
  EXPECT_THROW((void)Decoder({.bytes = huge}).take<std::vector<std::string>>(), std::out_of_range);
}

TEST(Encoding, KnowsWhatCannotTravel) {
  static_assert(!Returnable<const char*>::value);
  static_assert(!Returnable<std::string_view>::value);
  static_assert(!Returnable<std::span<int>>::value);
  static_assert(!Returnable<int&>::value);
  static_assert(!Returnable<std::vector<const char*>>::value);
  static_assert(!Returnable<std::array<char*, 2>>::value);
  static_assert(!Returnable<std::optional<std::string_view>>::value);
  static_assert(!Returnable<std::pair<int, int*>>::value);
  static_assert(!Returnable<std::tuple<std::string, std::span<char>>>::value);
  struct NotPlain {
    std::string text;
  };
  static_assert(!Returnable<NotPlain>::value);
}

}  // namespace
