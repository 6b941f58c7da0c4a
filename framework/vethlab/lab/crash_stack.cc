#include <vethlab/lab/crash_stack.h>

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>

namespace vethlab::internal {
namespace {

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
constexpr std::size_t kMostFrames = 64;

std::function<void(std::string_view)>* teller = nullptr;
std::array<char, 1 << 16> other_stack;  // for a stack that overflowed

void handle(int number) {
  std::array<void*, kMostFrames> frames;
  const int count = ::backtrace(frames.data(), kMostFrames);
  if (auto* const tell = std::exchange(teller, nullptr); tell != nullptr)
    (*tell)({reinterpret_cast<const char*>(frames.data()),
             static_cast<std::size_t>(count) * sizeof(void*)});
  ::signal(number, SIG_DFL);
  ::raise(number);
}

std::string describe(void* address) {
  Dl_info info{};
  // The return address is behind the call: one less is in it.
  void* const call = static_cast<char*>(address) - 1;
  if (::dladdr(call, &info) == 0 || info.dli_fname == nullptr) return fmt::format("{}", address);
  const char* const file = std::strrchr(info.dli_fname, '/');
  const auto offset = static_cast<char*>(call) - static_cast<char*>(info.dli_fbase);
  const std::string place =
      fmt::format("{}+{:#x}", file != nullptr ? file + 1 : info.dli_fname, offset);
  if (info.dli_sname == nullptr) return place;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), &std::free);
  return fmt::format("{} ({})", status == 0 ? name.get() : info.dli_sname, place);
}

}  // namespace

void on_crash(std::function<void(std::string_view)> tell) {
  void* unused = nullptr;
  ::backtrace(&unused, 1);  // loads what it needs now: it must not in the handler
  teller = new std::function<void(std::string_view)>(std::move(tell));
  const stack_t stack{.ss_sp = other_stack.data(), .ss_flags = 0, .ss_size = other_stack.size()};
  ::sigaltstack(&stack, nullptr);
  for (const int number : kSignals) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
    struct sigaction ours {};
    ours.sa_handler = handle;
    ours.sa_flags = SA_ONSTACK | SA_NODEFER;
    ::sigaction(number, &ours, nullptr);
  }
}

std::string crash_stack_text(std::string_view stack) {
  std::string text;
  for (std::size_t at = 0; at + sizeof(void*) <= stack.size(); at += sizeof(void*)) {
    void* address = nullptr;
    std::memcpy(&address, stack.data() + at, sizeof address);
    text += fmt::format("  {}\n", describe(address));
  }
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace vethlab::internal
