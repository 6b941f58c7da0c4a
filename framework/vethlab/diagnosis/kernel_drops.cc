#include <vethlab/diagnosis/kernel_drops.h>

#include <vethlab/base/unique_fd.h>
#include <vethlab/diagnosis/watch.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

namespace fs = std::filesystem;

const fs::path kInstances = "/sys/kernel/tracing/instances";
constexpr std::string_view kOurs = "vethlab_why_";  // and the process

// Numbers of processes are those that the kernel traces, and we may.
bool may_trace() {
  constexpr ino_t kFirstUsers = 0xEFFFFFFD;  // PROC_USER_INIT_INO
  constexpr ino_t kFirstPids = 0xEFFFFFFC;   // PROC_PID_INIT_INO
  struct stat users {};
  struct stat pids {};
  return ::geteuid() == 0 && ::stat("/proc/self/ns/user", &users) == 0 &&
         ::stat("/proc/self/ns/pid", &pids) == 0 && users.st_ino == kFirstUsers &&
         pids.st_ino == kFirstPids && ::access(kInstances.c_str(), W_OK) == 0;
}

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

// A trace of our own, beside whoever else traces; it goes with this object.
class DropTrace {
 public:
  DropTrace() : directory_(kInstances / fmt::format("{}{}", kOurs, ::getpid())) {
    made_ = ::mkdir(directory_.c_str(), 0700) == 0;
    if (!made_ || !write("buffer_size_kb", "64") ||
        !write("events/skb/kfree_skb/filter",
               fmt::format("common_pid == {} && (protocol == 0x800 || protocol == 0x86dd || "
                           "protocol == 0x806)",
                           ::gettid())))
      return;
    pipe_ =
        UniqueFd(::open((directory_ / "trace_pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  }
  ~DropTrace() {
    if (!made_) return;
    (void)write("events/skb/kfree_skb/enable", "0");
    pipe_ = UniqueFd();
    ::rmdir(directory_.c_str());
  }
  DropTrace(const DropTrace&) = delete;
  DropTrace& operator=(const DropTrace&) = delete;

  // What is dropped while the probe is sent once; empty: it cannot be traced.
  std::optional<std::vector<std::string>> reasons(Case& judged) {
    if (!pipe_ || !write("events/skb/kfree_skb/enable", "1")) return {};
    send_again(judged);
    if (!write("events/skb/kfree_skb/enable", "0")) return {};
    std::string text;
    std::array<char, 4096> some{};
    for (ssize_t got = 0; (got = ::read(pipe_.get(), some.data(), some.size())) > 0;)
      text.append(some.data(), static_cast<std::size_t>(got));
    static const std::regex reason("kfree_skb: .* reason: ([A-Z0-9_]+)");
    std::vector<std::string> found;
    for (std::sregex_iterator each(text.begin(), text.end(), reason), end; each != end; ++each)
      found.push_back((*each)[1]);
    return found;
  }

 private:
  [[nodiscard]] bool write(const std::string& name, const std::string& text) const {
    const UniqueFd file(::open((directory_ / name).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    return file &&
           ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }

  fs::path directory_;
  bool made_ = false;
  UniqueFd pipe_ = {};
};

std::string same_each_time(DropTrace& trace, Case& judged) {
  std::vector<std::string> all;
  std::size_t each_time = 0;
  constexpr int kTimes = 3;
  for (int i = 0; i < kTimes; ++i) {
    const auto reasons = trace.reasons(judged);
    if (!reasons || reasons->empty() || (i > 0 && reasons->size() != each_time)) return {};
    each_time = reasons->size();
    all.insert(all.end(), reasons->begin(), reasons->end());
  }
  for (const std::string& reason : all)
    if (reason != all.front()) return {};
  return all.front() == "NOT_SPECIFIED" ? "" : all.front();
}

}  // namespace

std::string kernel_drop_reason(Case& judged) {
  if (!may_trace()) return {};
  remove_orphans();
  DropTrace trace;
  // Where the machine is busy the kernel goes on with a packet in a thread of its own, where we do not see it.
  constexpr int kAttempts = 3;
  std::string reason;
  for (int i = 0; i < kAttempts && reason.empty(); ++i) reason = same_each_time(trace, judged);
  return reason;
}

}  // namespace vethlab::diagnosis
