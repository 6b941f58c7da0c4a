#include <vethlab/base/reporter.h>

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <string>

namespace vethlab {
namespace {

class StderrReporter final : public Reporter {
 public:
  void failure(Caller caller, std::string_view text) override {
    fmt::print(stderr, "{}{}\n", prefix_of(caller), text);
  }
  void abandon(Caller caller, std::string_view text) override {
    throw WorkerFailed(prefix_of(caller) + std::string(text));
  }
  void unsupported(Caller caller, const Unsupported& why) override {
    throw Unsupported(prefix_of(caller) + why.what());
  }
  // A worker has the same stderr.
  [[nodiscard]] std::string context() const override { return {}; }
  void forward(std::string, std::function<void(std::string_view)>) override {}
  void forward_rest() override {}
  [[nodiscard]] bool has_reported(const std::exception&) const override { return false; }
  void replay(std::string_view, std::string_view) override {}
};

class NoReporter final : public Reporter {
 public:
  void failure(Caller, std::string_view) override {}
  void abandon(Caller caller, std::string_view text) override {
    throw WorkerFailed(prefix_of(caller) + std::string(text));
  }
  void unsupported(Caller, const Unsupported& why) override { throw Unsupported(why); }
  [[nodiscard]] std::string context() const override { return {}; }
  void forward(std::string, std::function<void(std::string_view)>) override {}
  void forward_rest() override {}
  [[nodiscard]] bool has_reported(const std::exception&) const override { return false; }
  void replay(std::string_view, std::string_view) override {}
};

std::atomic<Reporter*> installed = nullptr;
thread_local int unreported = 0;

}  // namespace

Reporter* set_reporter(Reporter* reporter) noexcept { return installed.exchange(reporter); }

[[gnu::hot]] Reporter& reporter() noexcept {
  static StderrReporter by_default;
  static NoReporter none;
  if (unreported > 0) return none;
  Reporter* const chosen = installed.load();
  return chosen != nullptr ? *chosen : by_default;
}

Unreported::Unreported() noexcept { ++unreported; }
Unreported::~Unreported() { --unreported; }

}  // namespace vethlab
