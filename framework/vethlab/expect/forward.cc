#include <vethlab/expect/forward.h>

#include <vethlab/base/encoding.h>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <charconv>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace vethlab::internal {
namespace {

using testing::TestPartResult;

constexpr std::string_view kTraceHeader = "\nGoogle Test trace:";

// SCOPED_TRACE
struct Trace {
  std::string file = {};
  int line = 0;
  std::string text = {};
};
[[maybe_unused]] auto members(Trace& t) { return std::tie(t.file, t.line, t.text); }

// Of one EXPECT_, ASSERT_, FAIL, ADD_FAILURE, SUCCEED, GTEST_SKIP; or of RecordProperty.
struct Result {
  bool is_property = false;  // `file` is then its key, `text` its value
  TestPartResult::Type type = TestPartResult::kSuccess;
  std::string file = {};
  int line = 0;
  std::string text = {};
  std::vector<Trace> traces = {};  // the worker's own, innermost first
};
[[maybe_unused]] auto members(Result& r) {
  return std::tie(r.is_property, r.type, r.file, r.line, r.text, r.traces);
}

// "x_test.cc:31: text", as GoogleTest prints a trace; none for a line that continues the text.
std::optional<Trace> parse_trace(std::string_view line) {
  for (auto colon = line.find(':'); colon != line.npos; colon = line.find(':', colon + 1)) {
    Trace trace{.file = std::string(line.substr(0, colon))};
    const char* const end = line.data() + line.size();
    const auto [after, error] = std::from_chars(line.data() + colon + 1, end, trace.line);
    if (error != std::errc() || !std::string_view(after, end).starts_with(": ")) continue;
    trace.text = std::string(after + 2, end);
    return trace;
  }
  return std::nullopt;
}

std::vector<Trace> parse_traces(std::string_view lines) {
  std::vector<Trace> traces;
  while (!lines.empty()) {
    lines.remove_prefix(1);  // the newline before each
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size());
    if (auto trace = parse_trace(line)) traces.push_back(std::move(*trace));
    else if (!traces.empty()) traces.back().text.append("\n").append(line);
  }
  return traces;
}

// Stands where GoogleTest's results are heard, for one thread or for all.
class Listener : public testing::ScopedFakeTestPartResultReporter {
 public:
  using Hear = std::function<void(const TestPartResult&)>;
  Listener(InterceptMode mode, Hear hear)
      : ScopedFakeTestPartResultReporter(mode, nullptr), hear_(std::move(hear)) {}
  void ReportTestPartResult(const TestPartResult& result) override { hear_(result); }

 private:
  Hear hear_;
};

class Forwarder {
 public:
  Forwarder(std::string inherited, std::function<void(std::string_view)> send);
  void properties();

 private:
  void hear(const TestPartResult& result);
  void send(Result result) {
    Encoder encoder;
    encoder.put(result);
    send_(encoder.take().bytes);
  }

  std::function<void(std::string_view)> send_;
  std::string inherited_;  // the traces of the test, as they end each message
  std::set<std::pair<std::string, std::string>> known_properties_ = {};
  Listener all_threads_;
  Listener this_thread_;  // in front of what intercepts in the test: its ASSERT_NO_FATAL_FAILURE
};

const testing::TestResult& current_result() {
  return *testing::UnitTest::GetInstance()->current_test_info()->result();
}

bool in_a_test() { return testing::UnitTest::GetInstance()->current_test_info() != nullptr; }

Forwarder::Forwarder(std::string inherited, std::function<void(std::string_view)> send)
    : send_(std::move(send)),
      inherited_(std::move(inherited)),
      all_threads_(Listener::INTERCEPT_ALL_THREADS, [this](const auto& r) { hear(r); }),
      this_thread_(Listener::INTERCEPT_ONLY_CURRENT_THREAD, [this](const auto& r) { hear(r); }) {
  if (!in_a_test()) return;
  for (int i = 0; i < current_result().test_property_count(); ++i) {
    const auto& property = current_result().GetTestProperty(i);
    known_properties_.emplace(property.key(), property.value());
  }
}

void Forwarder::hear(const TestPartResult& heard) {
  Result result{.type = heard.type(),
                .file = heard.file_name() != nullptr ? heard.file_name() : "",
                .line = heard.line_number(),
                .text = heard.message()};
  if (!inherited_.empty() && result.text.ends_with(inherited_))
    result.text.erase(result.text.size() - inherited_.size());
  if (const auto at = result.text.rfind(kTraceHeader); at != std::string::npos) {
    result.traces = parse_traces(std::string_view(result.text).substr(at + kTraceHeader.size()));
    result.text.erase(at);
  }
  send(std::move(result));
}

void Forwarder::properties() {
  if (!in_a_test()) return;
  for (int i = 0; i < current_result().test_property_count(); ++i) {
    const auto& property = current_result().GetTestProperty(i);
    if (!known_properties_.contains({property.key(), property.value()}))
      send({.is_property = true, .file = property.key(), .text = property.value()});
  }
}

// Lives as long as the worker. Not on the heap: each page of it that a worker writes is copied.
std::optional<Forwarder> forwarder;

}  // namespace

// GoogleTest tells of them only at the end of a message.
std::string traces_here() {
  std::string message;
  {
    const Listener listener(Listener::INTERCEPT_ONLY_CURRENT_THREAD,
                            [&](const auto& result) { message = result.message(); });
    GTEST_MESSAGE_AT_("", 0, "", TestPartResult::kSuccess);
  }
  return message.starts_with(kTraceHeader) ? message.substr(kTraceHeader.size()) : std::string();
}

[[gnu::hot]] void forward_results(std::string inherited,
                                  std::function<void(std::string_view)> send) {
  forwarder.emplace(std::move(inherited), std::move(send));
}

[[gnu::hot]] void forward_properties() { forwarder->properties(); }

void replay_result(std::string_view node, std::string_view sent) {
  const auto result = Decoder({.bytes = std::string(sent)}).take<Result>();
  if (result.is_property) return testing::Test::RecordProperty(result.file, result.text);
  std::vector<std::unique_ptr<testing::ScopedTrace>> traces;
  const std::vector<Trace> outermost_first(result.traces.rbegin(), result.traces.rend());
  traces.reserve(outermost_first.size());
  for (const Trace& trace : outermost_first)
    traces.push_back(
        std::make_unique<testing::ScopedTrace>(trace.file.c_str(), trace.line, trace.text));
  std::string text = result.text;
  if (!text.empty() && text.back() != '\n') text += '\n';
  text.append("[in ").append(node).append("]");
  GTEST_MESSAGE_AT_(result.file.c_str(), result.line, text.c_str(), result.type);
  while (!traces.empty()) traces.pop_back();  // innermost first
}

}  // namespace vethlab::internal
