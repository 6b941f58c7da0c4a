// private
#pragma once

#include <vethlab/base/caller.h>
#include <vethlab/process/program.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace vethlab::internal {

struct LabState;
struct NodeState;

// What the test asked of a lab: kept as it was given, and put in words only if the test fails.
struct Step {
  using Clock = std::chrono::steady_clock;
  const char* verb = "";
  std::string node = {};  // empty: of the lab
  Caller caller = {};
  std::function<std::string()> arguments = {};
  Clock::time_point began = {};
  Clock::time_point ended = {};  // the epoch: it has not
  std::function<std::string()> result = {};
  bool failed = false;  // it threw
  int times = 1;        // asked again and again, by who waits for another answer
};

// The first ones build the network: of more than that, those between are forgotten.
struct StepLog {
  static constexpr std::size_t kFirst = 500;
  static constexpr std::size_t kLast = 1500;
  std::deque<Step> first = {};
  std::deque<Step> last = {};
  std::size_t forgotten = 0;  // between them

  Step& add();
  Step* newest();  // nullptr: there is none
};

// ---- How a value is kept, and put in words.

template <class T>
using Kept = std::conditional_t<std::is_convertible_v<const T&, std::string_view>, std::string, T>;

template <class T>
Kept<T> kept(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>)
    return std::string(static_cast<std::string_view>(value));
  else return value;
}

std::string words_of(const Argv& argv);  // as a shell would be given it
template <class T>
std::string words_of(const T& value) {
  std::ostringstream os;
  os << value;
  return os.str();
}

template <class... Args>
std::function<std::string()> in_words(const Args&... args) {
  return [all = std::tuple<Kept<Args>...>(kept(args)...)] {
    std::string text;
    const auto add = [&](const std::string& word) {
      if (!text.empty() && !word.empty()) text += ' ';
      text += word;
    };
    std::apply([&](const auto&... each) { (add(words_of(each)), ...); }, all);
    return text;
  };
}

// A verb under way. One within another is a part of that: it leaves no step of its own.
class Doing {
 public:
  template <class... Args>
  Doing(const NodeState& node, Caller caller, const char* verb, const Args&... args)
      : Doing(lab_of(node), name_of(node), caller, verb, args...) {}
  template <class... Args>
  Doing(LabState& lab, std::string_view node, Caller caller, const char* verb, const Args&... args)
      : step_(begin(lab, node, caller, verb)) {
    if (step_ == nullptr) return;
    if constexpr (sizeof...(Args) > 0) step_->arguments = in_words(args...);
  }
  Doing(const Doing&) = delete;
  Doing& operator=(const Doing&) = delete;
  ~Doing();

  template <class T>
  void result(const T& value) {
    if (step_ != nullptr) step_->result = in_words(value);
  }

  // What the verb under way on this thread, if any, is about to throw.
  static void refused(std::string_view text);

 private:
  static LabState& lab_of(const NodeState& node);
  static std::string_view name_of(const NodeState& node);
  Step* begin(LabState& lab, std::string_view node, Caller caller, const char* verb);

  Step* step_;  // nullptr: it leaves none
  int exceptions_ = 0;
  std::string refused_ = {};
};

}  // namespace vethlab::internal
