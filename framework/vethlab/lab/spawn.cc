#include <vethlab/base/errors.h>
#include <vethlab/base/reporter.h>
#include <vethlab/base/time_text.h>
#include <vethlab/lab/check_program.h>
#include <vethlab/lab/daemon_state.h>
#include <vethlab/lab/node.h>
#include <vethlab/lab/node_state.h>
#include <vethlab/lab/steps.h>
#include <vethlab/lab/zygote.h>
#include <vethlab/netns/one_processor.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vethlab {
namespace {

using internal::DaemonState;
using internal::NodeState;
using netns::Message;
using netns::Worker;
using namespace std::chrono_literals;

constexpr auto kWithADebugger = 1h;

// Nobody announces a listener, a file, or an address that is no longer tentative.
constexpr auto kAgain = 5ms;
constexpr auto kPatience = 60s;

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void check(const Argv& argv, const SpawnOptions& options, Caller caller) {
  internal::check_program("spawn", argv, options.env, caller);
  const auto refuse = [&](const std::string& why) { throw_bad_argument(caller, "spawn: " + why); };
  if (options.timeout < 1ms || options.timeout > 24h)
    refuse(fmt::format("timeout {} ms is not 1 ms to a day", options.timeout.count()));
  if (options.grace < 0ms || options.grace > 1h)
    refuse(fmt::format("grace {} ms is not 0 ms to an hour", options.grace.count()));
  if (options.stop_signal < 1 || options.stop_signal >= NSIG)
    refuse(fmt::format("stop_signal {} is not 1 to {}", options.stop_signal, NSIG - 1));
  for (const auto& [which, value] : options.limits)
    if (which < 0 || which >= static_cast<int>(RLIM_NLIMITS))
      refuse(fmt::format("limits: {} is no resource of setrlimit(2)", which));
}

// VETHLAB_WRAP="bird=valgrind -q;dnsmasq=strace -f": what starts this program, or nothing.
Argv wrapper_of(const std::string& program) {
  const char* const set = std::getenv("VETHLAB_WRAP");
  std::string_view rest = set != nullptr ? set : "";
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    const auto sign = entry.find('=');
    if (entry.substr(0, sign) != program || sign == entry.npos) continue;
    Argv all;
    std::string word;
    for (const char each : std::string(entry.substr(sign + 1)) + " ") {
      if (each != ' ') word += each;
      else if (!word.empty()) all.push_back(std::exchange(word, {}));
    }
    return all;
  }
  return {};
}

bool shows() {
  const char* const show = std::getenv("VETHLAB_SHOW");
  return show != nullptr && std::string_view(show) == "1";
}

std::unique_ptr<DaemonState> start_daemon(NodeState& node, const Argv& argv, SpawnOptions options,
                                          Caller caller) {
  const std::string program = base_name(argv.front());
  Argv all = wrapper_of(program);
  if (!all.empty())
    options.timeout = std::max<std::chrono::milliseconds>(options.timeout, kWithADebugger);
  all.insert(all.end(), argv.begin(), argv.end());
  internal::SpawnOrder order{
      .program = {std::move(all), options.env, options.cwd, options.user, options.limits},
      .surroundings = process::surroundings_here(),
      .shown_as = shows() ? node.name + " " + program : ""};
  const netns::OneProcessor until_it_runs;
  const auto started_at = std::chrono::steady_clock::now();
  auto watcher = std::make_unique<Worker>(internal::zygote(), node.place(),
                                          netns::encoded(Message::Kind::kSpawn, std::move(order)));
  node.lab.note_world();
  auto message = watcher->receive(Deadline::in(kPatience));
  while (message && message->kind != Message::Kind::kStarted)
    message = watcher->receive(Deadline::in(kPatience));
  if (!message)
    throw WorkerFailed(
        fmt::format("the process that was to start {} in {} is gone", program, node.name));
  auto started = netns::decoded<internal::Started>(std::move(*message));
  if (started.error != 0) throw Refusal{started.error, started.attempt, started.detail};
  return std::make_unique<DaemonState>(DaemonState{.node = node,
                                                   .name = program + " in " + node.name,
                                                   .argv = argv,
                                                   .options = std::move(options),
                                                   .made = caller,
                                                   .watcher = std::move(watcher),
                                                   .pid = started.pid,
                                                   .started = started_at,
                                                   .expected = true});
}

// ", and in r1 listen: tcp 127.0.0.1:179", where that was asked for.
std::string who_listens(const Node& node, const Ready& missing) {
  if (std::ranges::none_of(missing.conditions(), &Ready::Condition::of_listeners)) return {};
  std::vector<std::string> all;
  for (const ListeningSocket& each : node.listening_sockets())
    if (!each.path.starts_with("@vethlab/"))  // sd_notify's
      all.push_back((std::ostringstream() << each).str());
  if (all.empty()) return fmt::format(", and nobody listens in {}", node.name());
  return fmt::format(", and in {} listen: {}", node.name(), fmt::join(all, ", "));
}

// Ends the test where it does not become ready.
void wait_until_ready(const Node& node, const Daemon& daemon, Caller caller) {
  DaemonState& state = daemon.state();
  const Ready& ready = state.options.ready;
  const Ready::Asked asked{node, &daemon};
  const auto deadline = Deadline::in(state.options.timeout);
  while (!ready.holds(asked)) {
    if (state.end)
      reporter().abandon(caller, fmt::format("{} ended before {}, {}", state.name,
                                             ready.missing(asked).what(), state.end_text()));
    if (deadline.over()) {
      const Ready missing = ready.missing(asked);
      const std::string instead = who_listens(node, missing);
      state.hear();
      reporter().abandon(caller, fmt::format("{} was not ready in {}: it is when {}\nIt runs{}.{}",
                                             state.name, time_text(state.options.timeout),
                                             missing.what(), instead, state.last_lines()));
    }
    state.wait_news(Deadline::in(kAgain));
  }
  state.expected = state.options.may_end;  // until here its end was told of as one before that
}

}  // namespace

Daemon& Node::spawn(const Argv& argv, SpawnOptions options, Caller caller) const {
  const internal::Doing doing(*state_, caller, "spawn", argv);
  check(argv, options, caller);
  if (!state_->lab.keeper.is_mine())
    throw std::logic_error(fmt::format(
        "{}spawn: this process is a fork of the one that made the lab, and would leave {} in {} "
        "running when it ends: make the lab in the fork",
        prefix_of(caller), argv.front(), name()));
  const auto began = state_->attempt(caller, [&] {
    return state_->lab.daemons
        .emplace_back(
            std::make_unique<Daemon>(start_daemon(*state_, argv, std::move(options), caller)))
        .get();
  });
  state_->attempt(caller, [&] { wait_until_ready(*this, *began, caller); });
  return *began;
}

}  // namespace vethlab
