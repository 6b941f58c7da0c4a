#include <vethlab/diagnosis/followed.h>

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace vethlab::diagnosis {
namespace {

struct Followed {
  std::vector<TraceStep> way = {};
  bool caused = false;
};

// The packets of one thread, each by its address while it lives.
class Following {
 public:
  explicit Following(int thread) : thread_(thread) {}

  void queued(const SkbEvent& event) {
    has_sent_ |= is_own(event);
    if (Followed* const known = ours(event)) {
      known->way.push_back({false, event.dev});
    } else if (is_own(event)) {
      packets_[event.skb] = {{{false, event.dev}}, false};
    } else if (const Followed* const parent = in_hand(event);
               parent != nullptr && event.interrupt && !others_.contains(event.skb)) {
      Followed caused{parent->way, true};
      caused.way.push_back({false, event.dev});
      packets_[event.skb] = std::move(caused);
    }
  }

  void arrived(const SkbEvent& event) {
    handled_.erase(event.cpu);
    if (Followed* const known = ours(event)) {
      known->way.push_back({true, event.dev});
      handled_[event.cpu] = {event.skb, event.time};
    } else {
      others_.insert(event.skb);
    }
  }

  // None: it is not ours.
  std::optional<Followed> ended(const SkbEvent& event) {
    std::erase_if(handled_, [&](const auto& each) { return each.second.skb == event.skb; });
    others_.erase(event.skb);
    const Followed* const known = ours(event);
    if (known == nullptr) return is_own(event) ? std::optional(Followed()) : std::nullopt;
    Followed packet = *known;
    packets_.erase(event.skb);
    return packet;
  }

  // What is dropped beside that, without that it was queued, need not be the probe.
  [[nodiscard]] bool has_sent() const { return has_sent_; }

 private:
  struct InHand {
    std::uint64_t skb = 0;
    std::uint64_t since = 0;
  };

  // The thread's own doing.
  [[nodiscard]] bool is_own(const SkbEvent& event) const {
    return !event.interrupt && event.thread == thread_;
  }
  // nullptr: it is not. What another program does with its memory, it does with a packet of its own: ours has
  // gone by a way that no tracepoint tells of.
  Followed* ours(const SkbEvent& event) {
    if (!event.interrupt && !is_own(event)) packets_.erase(event.skb);
    const auto found = packets_.find(event.skb);
    return found == packets_.end() ? nullptr : &found->second;
  }
  // Ours that this processor handles. What waits somewhere instead is not in hand any more.
  [[nodiscard]] const Followed* in_hand(const SkbEvent& event) const {
    constexpr std::uint64_t kLongest = 1'000'000;  // ns
    const auto found = handled_.find(event.cpu);
    if (found == handled_.end() || event.time - found->second.since > kLongest) return nullptr;
    const auto packet = packets_.find(found->second.skb);
    return packet == packets_.end() ? nullptr : &packet->second;
  }

  int thread_;
  bool has_sent_ = false;
  std::map<std::uint64_t, Followed> packets_ = {};
  std::map<int, InHand> handled_ = {};   // by processor
  std::set<std::uint64_t> others_ = {};  // that have come in, and are not ours
};

}  // namespace

std::vector<KernelDrop> drops_of(const std::vector<SkbEvent>& events, int thread) {
  Following ours(thread);
  std::vector<KernelDrop> drops;
  for (const SkbEvent& each : events) {
    switch (each.kind) {
      case SkbEvent::Kind::kQueued: ours.queued(each); break;
      case SkbEvent::Kind::kArrived: ours.arrived(each); break;
      case SkbEvent::Kind::kConsumed: ours.ended(each); break;
      case SkbEvent::Kind::kDropped:
        if (auto packet = ours.ended(each))
          drops.push_back(
              {std::move(packet->way), packet->caused, each.reason, each.location, each.protocol});
        break;
    }
  }
  if (ours.has_sent())
    std::erase_if(drops, [](const KernelDrop& each) { return each.way.empty(); });
  return drops;
}

}  // namespace vethlab::diagnosis
