#include <vethlab/lab/crash_stack.h>

#include <execinfo.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab::internal {
namespace {

constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
constexpr std::size_t kMostFrames = 64;
constexpr std::size_t kMostLines = 24;  // of the text: a recursion without end has all the frames

std::function<void(std::string_view)> teller;
void* outermost = nullptr;              // a return address that is told of no more
std::array<char, 1 << 16> other_stack;  // for a stack that overflowed

void handle(int number) {
  std::array<void*, kMostFrames> frames;
  const auto count = static_cast<std::size_t>(::backtrace(frames.data(), kMostFrames));
  const std::span<void* const> all(frames.data(), count);
  // The handler returns to what the kernel put between it and the code that the signal stopped.
  const auto signal = std::ranges::find(all, __builtin_return_address(0));
  const auto begin = signal != all.end() ? std::next(signal) : all.begin();
  const std::span<void* const> told(begin, std::find(begin, all.end(), outermost));
  if (const auto tell = std::exchange(teller, nullptr))
    tell({reinterpret_cast<const char*>(told.data()), told.size_bytes()});
  ::signal(number, SIG_DFL);
  ::raise(number);
}

bool is_in_runtime(const Frame& frame) {
  constexpr std::array<std::string_view, 3> kObjects = {"libc.so.", "libstdc++.so.",
                                                        "libgcc_s.so."};
  return frame.function == "_start" ||
         std::ranges::any_of(kObjects, [&](auto name) { return frame.object.starts_with(name); });
}

// What calls a closure or a thread's function.
bool is_plumbing(const Frame& frame) {
  constexpr std::array<std::string_view, 5> kFiles = {"/vethlab/lab/closure.cc",
                                                      "/vethlab/lab/node.h", "/bits/std_function.h",
                                                      "/bits/std_thread.h", "/bits/invoke.h"};
  return std::ranges::any_of(kFiles, [&](auto file) { return frame.file.ends_with(file); });
}

// Leaves the user's own code, and what it called of the C and C++ libraries: abort, not what that
// is made of.
void leave_the_users(std::vector<Frame>& frames) {
  const auto last = std::find_if_not(frames.rbegin(), frames.rend(), [](const Frame& frame) {
                      return is_in_runtime(frame) || is_plumbing(frame);
                    }).base();
  frames.erase(last != frames.begin() ? last : std::ranges::find_if(frames, is_plumbing),
               frames.end());
  const auto first = std::ranges::find_if_not(frames, is_in_runtime);
  if (first == frames.begin()) return;
  Frame& called = *std::prev(first);
  if (!called.function.empty()) called = {.function = called.function, .object = called.object};
  frames.erase(frames.begin(), std::prev(first));
}

std::string text_of(const Frame& frame) {
  std::string place = frame.object.empty() ? fmt::format("{:#x}", frame.offset)
                                           : fmt::format("{}+{:#x}", frame.object, frame.offset);
  if (frame.function.empty()) return place;
  if (!frame.file.empty())
    return fmt::format("{} at {}:{}", frame.function, frame.file, frame.line);
  if (frame.offset == 0) return fmt::format("{} in {}", frame.function, frame.object);
  return fmt::format("{} ({})", frame.function, place);
}

}  // namespace

void load_backtrace() {
  static const int loaded = [] {
    void* unused = nullptr;
    return ::backtrace(&unused, 1);
  }();
  (void)loaded;
}

[[gnu::hot]] void on_crash(std::function<void(std::string_view)> tell, void* end) {
  load_backtrace();  // it must not be in the handler
  teller = std::move(tell);
  outermost = end;
  const stack_t stack{.ss_sp = other_stack.data(), .ss_flags = 0, .ss_size = other_stack.size()};
  ::sigaltstack(&stack, nullptr);
  struct sigaction ours {};
  ours.sa_handler = handle;
  ours.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (const int number : kSignals) {
    struct sigaction before {};
    if (::sigaction(number, &ours, &before) == 0 && before.sa_handler != SIG_DFL)
      ::sigaction(number, &before, nullptr);  // the user's own
  }
}

std::string crash_stack_text(std::string_view stack) {
  if (stack.empty()) return {};
  const Symbols symbols;
  std::vector<Frame> frames;
  for (std::size_t at = 0; at + sizeof(void*) <= stack.size(); at += sizeof(void*)) {
    const char* address = nullptr;
    std::memcpy(&address, stack.data() + at, sizeof address);
    // The first is where the signal came; the others are return addresses, each behind its call.
    std::ranges::move(symbols.at(at == 0 ? address : address - 1), std::back_inserter(frames));
  }
  return stack_text(std::move(frames));
}

std::string stack_text(std::vector<Frame> frames) {
  leave_the_users(frames);
  std::vector<std::string> lines;
  for (const Frame& frame : std::span(frames).first(std::min(frames.size(), kMostLines)))
    lines.push_back("  " + text_of(frame));
  if (frames.size() > kMostLines)
    lines.push_back(fmt::format("  … and {} more", frames.size() - kMostLines));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace vethlab::internal
