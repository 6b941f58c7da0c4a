// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::diagnosis {

// One step of a packet (the kernel's sk_buff), as a tracepoint tells it.
struct SkbEvent {
  enum class Kind : std::uint8_t {
    kQueued,    // net:net_dev_queue: it is to leave by `dev`
    kArrived,   // net:netif_receive_skb: it came in by `dev`
    kDropped,   // skb:kfree_skb
    kConsumed,  // skb:consume_skb: it got to where it was to get to
  };
  Kind kind = Kind::kConsumed;
  std::uint64_t skb = 0;  // its address: one packet while that lives
  std::string dev = {};
  std::string reason =
      {};  // of a drop: "XFRM_POLICY"; empty: the kernel says none (before Linux 5.17)
  std::uint64_t location = 0;  // of a drop, in the kernel
  int protocol = 0;            // of a drop, as in linux/if_ether.h: ETH_P_IP
  int thread = 0;              // that the kernel was in
  int cpu = 0;
  bool interrupt = false;  // it was not that thread's own doing
  std::uint64_t time = 0;  // ns
  friend bool operator==(const SkbEvent&, const SkbEvent&) = default;
};

// Where a tracepoint's record has what, as its file `format` in tracefs tells.
struct TraceFormat {
  SkbEvent::Kind kind = SkbEvent::Kind::kConsumed;
  std::map<std::string, std::size_t> offsets = {};  // "skbaddr", "location", "name", "reason"
  std::map<std::uint32_t, std::string> reasons = {};
};
TraceFormat trace_format(SkbEvent::Kind kind, const std::string& text);
// What the record says; nothing: it is not of that format.
std::optional<SkbEvent> skb_event(const TraceFormat& format, std::span<const std::byte> record);

// "icmp_rcv", the kernel's function that an address is in (/proc/kallsyms); empty: it does not tell.
std::string kernel_function(std::uint64_t address);

// What happens to packets on this machine, by perf_event_open(2): of our own, beside whoever else traces, and
// gone with its descriptors. It takes root in the machine's own user namespace, and tracefs, mounted.
class DropTrace {
 public:
  DropTrace();
  ~DropTrace();
  DropTrace(const DropTrace&) = delete;
  DropTrace& operator=(const DropTrace&) = delete;
  explicit operator bool() const { return !rings_.empty(); }

  // What happens during `action`, in order of time. Nothing: there was more than there is room for.
  std::optional<std::vector<SkbEvent>> during(const std::function<void()>& action);

 private:
  class Ring;  // of one processor
  bool open(int cpu);

  std::map<std::uint16_t, TraceFormat> formats_ = {};  // by the tracepoint's number
  std::vector<UniqueFd> events_ = {};
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace vethlab::diagnosis
