// private
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>

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
  std::string reason = {};     // of a drop: "XFRM_POLICY"; empty: none is given
  std::uint64_t location = 0;  // of a drop, in the kernel
  int protocol = 0;            // of a drop, as in linux/if_ether.h: ETH_P_IP
  int thread = 0;              // that the kernel was in
  int cpu = 0;
  bool interrupt = false;  // it was not that thread's own doing
  std::uint64_t time = 0;  // ns
  friend bool operator==(const SkbEvent&, const SkbEvent&) = default;
};

// Of a record's bytes; nothing: it has not so many.
template <class T>
std::optional<T> value_at(std::span<const std::byte> bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return {};
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// Where a tracepoint's record has what, as its file `format` in tracefs tells.
struct TraceFormat {
  SkbEvent::Kind kind = SkbEvent::Kind::kConsumed;
  std::map<std::string, std::size_t> offsets = {};  // "skbaddr", "location", "name", "reason"
  std::map<std::uint32_t, std::string> reasons = {};
};
TraceFormat trace_format(SkbEvent::Kind kind, const std::string& text);
// What the record says; nothing: it is not of that format.
std::optional<SkbEvent> skb_event(const TraceFormat& format, std::span<const std::byte> record);

}  // namespace vethlab::diagnosis
