#include <vethlab/diagnosis/drop_trace.h>

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <regex>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace vethlab::diagnosis {
namespace {

using Kind = SkbEvent::Kind;

constexpr std::size_t kRoom = 512 * 1024;  // bytes a processor, some 5000 events; a power of two

struct Tracepoint {
  const char* name;
  Kind kind;
};
constexpr std::array kTracepoints = {Tracepoint{"net/net_dev_queue", Kind::kQueued},
                                     Tracepoint{"net/netif_receive_skb", Kind::kArrived},
                                     Tracepoint{"skb/kfree_skb", Kind::kDropped},
                                     Tracepoint{"skb/consume_skb", Kind::kConsumed}};

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "0-63", "0,2-5": of those that there may be.
int last_processor() {
  static const std::regex last(R"((\d+)\s*$)");
  const std::string processors = content("/sys/devices/system/cpu/possible");
  std::smatch match;
  return std::regex_search(processors, match, last) ? std::stoi(match[1]) : -1;
}

int perf_event_open(perf_event_attr attributes, int cpu) {
  return static_cast<int>(
      ::syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC));
}

}  // namespace

std::string kernel_function(std::uint64_t address) {
  std::ifstream symbols("/proc/kallsyms");
  std::uint64_t nearest = 0;
  std::string function;
  for (std::string line; std::getline(symbols, line);) {  // "ffffffff82051730 T icmp_rcv"
    char* end = nullptr;
    const std::uint64_t begin = std::strtoull(line.c_str(), &end, 16);
    if (begin > address || begin <= nearest) continue;
    const std::string_view rest(end);
    if (!rest.starts_with(" t ") && !rest.starts_with(" T ")) continue;
    nearest = begin;
    function = rest.substr(3, rest.find('\t', 3) - 3);
  }
  return function;
}

// perf_event_open(2): a page that tells how far the kernel has written, and what it has written.
class DropTrace::Ring {
 public:
  explicit Ring(int fd) : size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + kRoom) {
    void* const at = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED) page_ = static_cast<perf_event_mmap_page*>(at);
  }
  ~Ring() {
    if (page_ != nullptr) ::munmap(page_, size_);
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  explicit operator bool() const { return page_ != nullptr; }

  // Takes out what is there; false: some was lost.
  bool take(const std::map<std::uint16_t, TraceFormat>& formats, std::vector<SkbEvent>& events) {
    const std::uint64_t head = __atomic_load_n(&page_->data_head, __ATOMIC_ACQUIRE);
    // It tells that it had no room only when it has some again.
    constexpr std::uint64_t kLargest = 4096;
    bool all = head - page_->data_tail < kRoom - kLargest;
    for (std::uint64_t tail = page_->data_tail; tail < head;) {
      perf_event_header header{};
      copy(tail, &header, sizeof header);
      std::vector<std::byte> bytes(header.size);
      copy(tail, bytes.data(), bytes.size());
      if (header.type == PERF_RECORD_LOST) all = false;
      if (header.type == PERF_RECORD_SAMPLE) all = add(formats, bytes, events) && all;
      tail += header.size;
    }
    __atomic_store_n(&page_->data_tail, head, __ATOMIC_RELEASE);
    return all;
  }

 private:
  void copy(std::uint64_t from, void* to, std::size_t size) const {
    const auto* const data = reinterpret_cast<const std::byte*>(page_) + (size_ - kRoom);
    const std::size_t begin = from % kRoom;
    const std::size_t first = std::min(size, kRoom - begin);
    std::memcpy(to, data + begin, first);
    std::memcpy(static_cast<std::byte*>(to) + first, data, size - first);
  }
  static bool add(const std::map<std::uint16_t, TraceFormat>& formats,
                  std::span<const std::byte> bytes, std::vector<SkbEvent>& events) {
    struct Sample {  // PERF_SAMPLE_TID, _TIME, _CPU, and the size of _RAW
      perf_event_header header;
      std::uint32_t process, thread;
      std::uint64_t time;
      std::uint32_t cpu, reserved, size;
    };
    constexpr std::size_t kBefore = offsetof(Sample, size) + sizeof(std::uint32_t);
    const auto sample = value_at<std::array<std::byte, kBefore>>(bytes, 0);
    if (!sample) return false;
    Sample read{};
    std::memcpy(&read, sample->data(), kBefore);
    const auto record = bytes.subspan(kBefore);
    const auto number = value_at<std::uint16_t>(record, 0);
    const auto format = number ? formats.find(*number) : formats.end();
    if (format == formats.end()) return false;
    auto event = skb_event(format->second, record);
    if (!event) return false;
    event->thread = static_cast<int>(read.thread);
    event->cpu = static_cast<int>(read.cpu);
    event->time = read.time;
    events.push_back(*std::move(event));
    return true;
  }

  std::size_t size_;
  perf_event_mmap_page* page_ = nullptr;
};

DropTrace::DropTrace() {
  if (::geteuid() != 0) return;
  for (const Tracepoint& each : kTracepoints) {
    const std::string folder = std::string("/sys/kernel/tracing/events/") + each.name;
    const int number = std::atoi(content(folder + "/id").c_str());
    if (number <= 0) return;
    formats_[static_cast<std::uint16_t>(number)] =
        trace_format(each.kind, content(folder + "/format"));
  }
  const int last = last_processor();
  for (int cpu = 0; cpu <= last; ++cpu)
    if (!open(cpu)) {
      rings_.clear();
      return;
    }
}

DropTrace::~DropTrace() = default;

bool DropTrace::open(int cpu) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_TRACEPOINT;
  attributes.size = sizeof attributes;
  attributes.sample_period = 1;
  attributes.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU | PERF_SAMPLE_RAW;
  attributes.disabled = 1;
  attributes.use_clockid = 1;
  attributes.clockid = CLOCK_MONOTONIC;
  int first = -1;
  for (const auto& [number, format] : formats_) {
    attributes.config = number;
    UniqueFd event(perf_event_open(attributes, cpu));
    if (!event) return errno == ENODEV;  // that processor is off
    if (first < 0) {
      first = event.get();
      rings_.push_back(std::make_unique<Ring>(first));
      if (!*rings_.back()) return false;
    } else if (::ioctl(event.get(), PERF_EVENT_IOC_SET_OUTPUT, first) != 0) {
      return false;
    }
    events_.push_back(std::move(event));
  }
  return true;
}

std::optional<std::vector<SkbEvent>> DropTrace::during(const std::function<void()>& action) {
  for (const UniqueFd& each : events_) ::ioctl(each.get(), PERF_EVENT_IOC_ENABLE, 0);
  action();
  for (const UniqueFd& each : events_) ::ioctl(each.get(), PERF_EVENT_IOC_DISABLE, 0);
  std::vector<SkbEvent> events;
  bool all = true;
  for (const auto& ring : rings_) all = ring->take(formats_, events) && all;
  if (!all) return {};
  std::ranges::stable_sort(events, {}, &SkbEvent::time);
  return events;
}

}  // namespace vethlab::diagnosis
