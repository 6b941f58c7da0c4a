#include <vethlab/diagnosis/drop_trace.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <regex>
#include <system_error>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

namespace fs = std::filesystem;

const fs::path kInstances = "/sys/kernel/tracing/instances";
constexpr std::string_view kOurs = "vethlab_why_";  // and the process

constexpr std::array kEvents = {"net/net_dev_queue", "net/netif_receive_skb", "skb/kfree_skb",
                                "skb/consume_skb"};

// What a test that was killed has left.
void remove_orphans() {
  std::error_code none;
  for (const fs::directory_entry& each : fs::directory_iterator(kInstances, none)) {
    const std::string name = each.path().filename();
    if (!name.starts_with(kOurs)) continue;
    const int pid = std::atoi(name.c_str() + kOurs.size());
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) ::rmdir(each.path().c_str());
  }
}

std::string first_of(const std::string& text, const std::regex& pattern) {
  std::smatch match;
  return std::regex_search(text, match, pattern) ? match[1].str() : "";
}

}  // namespace

std::optional<std::vector<SkbEvent>> skb_events(std::string_view text) {
  // "why-4711 [001] b.s2. 1234.567890: kfree_skb: skbaddr=00000000c0ffee00 …": of the flags, the third tells
  // of an interrupt.
  static const std::regex line(R"(.*-(\d+) +\[(\d+)\] ..(.)\S* +[\d.]+: (\w+): (.*))");
  static const std::regex skb(R"(skbaddr=(\S+))");
  static const std::regex dev(R"(dev=(\S+))");
  static const std::regex reason(R"(reason: (\w+))");
  static const std::regex location(R"(location=([\w.]+)\+0x)");
  if (text.find("LOST") != text.npos) return {};
  std::vector<SkbEvent> events;
  while (!text.empty()) {
    const std::string one(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    std::smatch match;
    if (!std::regex_match(one, match, line)) continue;
    const std::string what = match[5];
    SkbEvent event{.skb = first_of(what, skb),
                   .pid = std::stoi(match[1]),
                   .cpu = std::stoi(match[2]),
                   .interrupt = match[3] != "."};
    if (match[4] == "kfree_skb") {
      event.kind = SkbEvent::Kind::kDropped;
      event.reason = first_of(what, reason);
      event.location = first_of(what, location);
    } else if (match[4] == "consume_skb") {
      event.kind = SkbEvent::Kind::kConsumed;
    } else {
      event.kind = match[4] == "net_dev_queue" ? SkbEvent::Kind::kQueued : SkbEvent::Kind::kArrived;
      event.dev = first_of(what, dev);
    }
    events.push_back(std::move(event));
  }
  return events;
}

bool DropTrace::is_possible() {
  constexpr ino_t kFirstUsers = 0xEFFFFFFD;  // PROC_USER_INIT_INO
  constexpr ino_t kFirstPids =
      0xEFFFFFFC;  // PROC_PID_INIT_INO: numbers of processes are the kernel's
  struct stat users {};
  struct stat pids {};
  return ::geteuid() == 0 && ::stat("/proc/self/ns/user", &users) == 0 &&
         ::stat("/proc/self/ns/pid", &pids) == 0 && users.st_ino == kFirstUsers &&
         pids.st_ino == kFirstPids && ::access(kInstances.c_str(), W_OK) == 0;
}

DropTrace::DropTrace() : directory_(kInstances / fmt::format("{}{}", kOurs, ::getpid())) {
  remove_orphans();
  made_ = ::mkdir(directory_.c_str(), 0700) == 0;
  if (!made_ || !write("tracing_on", "0") || !write("buffer_size_kb", "512")) return;
  for (const char* const event : kEvents)
    if (!write(fmt::format("events/{}/enable", event), "1")) return;
  pipe_ = UniqueFd(::open((directory_ / "trace_pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

DropTrace::~DropTrace() {
  if (!made_) return;
  for (const char* const event : kEvents) (void)write(fmt::format("events/{}/enable", event), "0");
  pipe_ = UniqueFd();
  ::rmdir(directory_.c_str());
}

std::optional<std::vector<SkbEvent>> DropTrace::during(const std::function<void()>& action) {
  if (!pipe_ || !write("tracing_on", "1")) return {};
  action();
  if (!write("tracing_on", "0")) return {};
  std::string text;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = ::read(pipe_.get(), some.data(), some.size())) > 0;)
    text.append(some.data(), static_cast<std::size_t>(got));
  return skb_events(text);
}

bool DropTrace::write(const std::string& name, const std::string& text) const {
  const UniqueFd file(::open((directory_ / name).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace vethlab::diagnosis
