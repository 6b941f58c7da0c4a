// SIGKILL of a test at any instant of the scenarios with daemons leaves nothing: each scenario's own
// program, run in an observer. VETHLAB_KILLS=200 kills 200 times in all (`ci/run kills`), else 10.
#include "observer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

using namespace testing;
using namespace vethlab;
using namespace std::chrono_literals;

namespace {

using Nanoseconds = std::chrono::nanoseconds;

struct Scenario {
  std::string test = {};
  Nanoseconds usual{};  // how long it takes
  friend std::ostream& operator<<(std::ostream& out, const Scenario& s) { return out << s.test; }
};

constexpr int kScenarios = 5;
constexpr Nanoseconds kShort =
    2s;  // beyond, the default suite kills nobody: its time is everybody's

// Of all scenarios together; 0: not set.
int kills_asked_for() {
  const char* const text = std::getenv("VETHLAB_KILLS");
  return text == nullptr ? 0 : std::atoi(text);
}

// What one turn came to: whether it ended before its instant, and when.
struct Turn {
  bool ended = false;
  Nanoseconds took{};
  std::string output = {};
};

std::string content_of(const UniqueFd& file) {
  std::string text(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// GoogleTest's "<file>:<line>: Skipped", the reason, "[  SKIPPED ] <test>".
std::string why_skipped(const std::string& output) {
  const auto skipped = output.find(": Skipped\n");
  if (skipped == std::string::npos) return output;
  const auto reason = output.find('\n', skipped) + 1;
  return output.substr(reason, output.find("\n[", reason) - reason);
}

Turn run_and_kill(const UniqueFd& program, const std::string& test, Nanoseconds instant) {
  const UniqueFd output(::memfd_create("output", MFD_CLOEXEC));
  const std::string filter = "--gtest_filter=" + test;
  const auto began = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(output.get(), STDOUT_FILENO);
    ::dup2(output.get(), STDERR_FILENO);
    const char* const arguments[] = {"scenario_daemons", filter.c_str(), nullptr};
    ::fexecve(program.get(), const_cast<char* const*>(arguments), environ);
    ::_exit(127);
  }
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd end{process.get(), POLLIN, 0};
  const timespec patience{instant / 1s, (instant % 1s).count()};
  const bool ended = ::ppoll(&end, 1, &patience, nullptr) == 1;
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  Turn turn{ended, std::chrono::steady_clock::now() - began, content_of(output)};
  // Killed or not: until then all must have been well, else it would not be that scenario.
  const bool failed = (ended && status != 0) || turn.output.find("Failure") != std::string::npos;
  if (failed) throw std::runtime_error(turn.output + "wait status " + std::to_string(status));
  if (turn.output.find("[  SKIPPED ]") != std::string::npos)
    throw Unsupported(why_skipped(turn.output));
  return turn;
}

// Of all instants: from before its main() to its last moments.
std::string kill_at_random_instants(const UniqueFd& program, Scenario scenario, int times,
                                    unsigned seed) {
  const Observer observer(120);
  std::mt19937_64 random(seed);
  int late = 0;
  for (int i = 0; i < times; ++i) {
    const Nanoseconds instant(random() % static_cast<std::uint64_t>(scenario.usual.count()));
    const Turn turn = run_and_kill(program, scenario.test, instant);
    if (turn.ended) {  // faster than usual
      scenario.usual = turn.took;
      ++late;
    }
    if (children_left() > 0)
      throw std::runtime_error("at turn " + std::to_string(i) + " is left: " + who_is_left());
  }
  return "SIGKILL at " + std::to_string(times) + " random instants of " + scenario.test +
         (late > 0 ? " (" + std::to_string(late) + " just after its end)" : "") + ": " +
         observer.left();
}

class KilledScenario : public TestWithParam<Scenario> {};

TEST_P(KilledScenario, LeavesNothing) {
  const int asked = kills_asked_for();
  const int times = asked > 0 ? (asked + kScenarios - 1) / kScenarios : 2;
  Scenario scenario = GetParam();
  if (asked == 0) scenario.usual = std::min(scenario.usual, kShort);
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  const UniqueFd program(::open(VETHLAB_SCENARIO_DAEMONS, O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(program) << VETHLAB_SCENARIO_DAEMONS;
  const std::string told = in_fork(
      [&] { throw std::runtime_error(kill_at_random_instants(program, scenario, times, seed)); });
  constexpr std::string_view kUnsupported = "Unsupported: ";
  if (told.starts_with(kUnsupported)) GTEST_SKIP() << told.substr(kUnsupported.size());
  ASSERT_THAT(told, EndsWith(": 0 processes, 0 namespaces, 0 mounts, 0 files left"));
  std::cout << "  " << told.substr(told.find("SIGKILL")) << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Daemons, KilledScenario,
    Values(Scenario{"CniBridge.DelLeavesNothingBehindAlsoTheSecondTime", 600ms},
           Scenario{"BirdOspf.ACableThatIsPulledIsNoticedAtOnce", 11s},
           Scenario{"FrrBgp.WithdrawsWhatACrashedPeerAnnounced", 7s},
           Scenario{"Dhcp.AReleasedLeaseIsGoneOnBothSides", 5s},
           Scenario{"Radvd.OneThatIsStoppedSaysGoodbye", 100ms}),
    [](const auto& of) { return of.param.test.substr(0, of.param.test.find('.')); });

}  // namespace
