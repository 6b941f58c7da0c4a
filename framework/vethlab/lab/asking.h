// private
#pragma once

#include <vethlab/base/deadline.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace vethlab::netlink {
class Watch;
}

namespace vethlab::internal {

struct NodeState;
class Asking;

// This thread's innermost one; nullptr, as nearly always: nobody waits for another answer.
extern constinit thread_local Asking* asking;

// How long to wait for what nobody announces.
inline constexpr std::chrono::milliseconds kPause{10};

// While it lives, the questions of its thread note here what they ask, so that it can wait until
// the answer may be another. They nest: what an inner one hears of, the outer one does too.
class Asking {
 public:
  Asking();
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking();

  // Before each asking: forgets what the last one noted, and what was announced until now.
  void begin();

  // After it: until what was asked may have changed, or until the deadline.
  void wait(Deadline deadline);

  // The longest one of the labs that were asked so far.
  [[nodiscard]] std::optional<std::chrono::milliseconds> patience() const { return patience_; }

  // ---- For questions, before they ask

  // The kernel announces what changes the answer: subscribes to it, if that was not done before.
  void note_announced(const NodeState& node);
  // There is something new when this can be read, and asking takes it. Open until the next asking.
  void note_readable(int fd);
  void note_readable(const NodeState& node, int fd);
  // Nobody announces it, and asking takes its own time, as a probe does: again after so long.
  void note_again(std::chrono::milliseconds in);
  // Nobody announces it: again after kPause, or after as long as the asking took, if that is more.
  void note_unannounced(const NodeState& node);

 private:
  struct Subscription {
    const NodeState* node;
    std::unique_ptr<netlink::Watch> watch;
  };

  [[nodiscard]] Deadline next(Deadline deadline) const;
  void note_patience(const NodeState& node);

  Asking* outer_;
  std::vector<Subscription> subscriptions_;
  std::optional<std::chrono::milliseconds> patience_ = {};
  bool heard_ = false;  // an announcement woke the last wait
  // Of the last asking:
  Deadline::Clock::time_point began_ = {};
  bool announced_ = false;
  bool unannounced_ = false;
  std::vector<int> readable_ = {};
  std::optional<std::chrono::milliseconds> again_ = {};
};

}  // namespace vethlab::internal
