#include <vethlab/expect/gtest_reporter.h>

#include <vethlab/base/reporter.h>
#include <vethlab/expect/evidence_keeper.h>
#include <vethlab/expect/forward.h>
#include <vethlab/expect/leak_check.h>
#include <vethlab/lab/zygote.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace vethlab::internal {
namespace {

bool skips_fail() {
  const char* const require = std::getenv("VETHLAB_REQUIRE");
  return require != nullptr && std::string_view(require) == "1";
}

// As GTEST_SKIP and ADD_FAILURE, but with the line of the test instead of ours.
void record(testing::TestPartResult::Type type, Caller caller, const std::string& text) {
  GTEST_MESSAGE_AT_(caller.file, caller.line, text.c_str(), type);
}

class GtestReporter final : public Reporter {
 public:
  void lab_ends() noexcept override { evidence_of_ending_lab(); }
  void lab_has_ended() noexcept override { evidence_of_ended_lab(); }

  void failure(Caller caller, std::string_view text) override {
    if (gathering_here()) return;  // the test is not told what evidence lacks
    record(testing::TestPartResult::kNonFatalFailure, caller, std::string(text));
  }

  void abandon(Caller caller, std::string_view text) override {
    constexpr auto kFatal = testing::TestPartResult::kFatalFailure;
    if (gathering_here() || testing::UnitTest::GetInstance()->current_test_info() == nullptr)
      throw WorkerFailed(prefix_of(caller) + std::string(text));
    record(kFatal, caller, std::string(text));
    throw testing::AssertionException(
        testing::TestPartResult(kFatal, caller.file, caller.line, std::string(text).c_str()));
  }

  // A skip that is recorded and then unwinds the test, from its body, its members or SetUp: only
  // this exception passes GoogleTest without a failure of its own.
  void unsupported(Caller caller, const Unsupported& why) override {
    const auto type =
        skips_fail() ? testing::TestPartResult::kFatalFailure : testing::TestPartResult::kSkip;
    const std::string text =
        why.what() + std::string(skips_fail() ? "\n(VETHLAB_REQUIRE=1: not skipped)" : "");
    if (gathering_here() || testing::UnitTest::GetInstance()->current_test_info() == nullptr)
      throw Unsupported(prefix_of(caller) + text);  // outside of a test nothing can be skipped
    record(type, caller, text);
    throw testing::AssertionException(
        testing::TestPartResult(type, caller.file, caller.line, text.c_str()));
  }

  [[nodiscard]] std::string context() const override { return traces_here(); }
  [[gnu::hot]] void forward(std::string context,
                            std::function<void(std::string_view)> send) override {
    forward_results(std::move(context), std::move(send));
  }
  [[gnu::hot]] void forward_rest() override { forward_properties(); }
  [[nodiscard]] bool has_reported(const std::exception& exception) const override {
    return dynamic_cast<const testing::AssertionException*>(&exception) != nullptr;
  }
  void replay(std::string_view node, std::string_view sent) override { replay_result(node, sent); }
};

// Before the tests have made the process large. Where it cannot be, the first Lab says why.
class StartsTheZygote : public testing::EmptyTestEventListener {
  void OnTestProgramStart(const testing::UnitTest&) override {
    try {
      (void)zygote();
    } catch (const Unsupported&) {
    }
  }
};

}  // namespace

bool install_gtest_reporter() {
  static GtestReporter reporter;
  set_reporter(&reporter);
  testing::UnitTest::GetInstance()->listeners().Append(new StartsTheZygote);  // GoogleTest's now
  install_evidence_keeper();  // at a test's end, GoogleTest asks the last one first
  install_leak_check();
  return true;
}

}  // namespace vethlab::internal
