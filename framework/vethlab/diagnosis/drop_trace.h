// private
#pragma once

#include <vethlab/base/unique_fd.h>

#include <filesystem>
#include <functional>
#include <optional>
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
  std::string skb =
      {};  // its address, or what the kernel shows for it: one packet while that lives
  std::string dev = {};
  std::string reason = {};    // of a drop: "XFRM_POLICY", "NOT_SPECIFIED"
  std::string location = {};  // of a drop, the kernel's function: "ip_forward"; before Linux 6.3 empty
  int pid = 0;                // the thread that the kernel was in
  int cpu = 0;
  bool interrupt = false;  // it was not that thread's own doing
  friend bool operator==(const SkbEvent&, const SkbEvent&) = default;
};

// trace_pipe's text (Documentation/trace/ftrace.rst). Nothing: the kernel had no room for some.
std::optional<std::vector<SkbEvent>> skb_events(std::string_view text);

// A trace of our own, beside whoever else traces; it goes with this object.
class DropTrace {
 public:
  // Root in the machine's own namespaces, tracefs where systemd mounts it, Linux 5.17.
  static bool is_possible();
  DropTrace();
  ~DropTrace();
  DropTrace(const DropTrace&) = delete;
  DropTrace& operator=(const DropTrace&) = delete;

  // What happens to packets anywhere during `action`, in order of time. Nothing: it cannot be traced.
  std::optional<std::vector<SkbEvent>> during(const std::function<void()>& action);

 private:
  [[nodiscard]] bool write(const std::string& name, const std::string& text) const;

  std::filesystem::path directory_;
  bool made_ = false;
  UniqueFd pipe_ = {};
};

}  // namespace vethlab::diagnosis
