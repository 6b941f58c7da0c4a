#include <vethlab/lab/living_labs.h>

#include <vethlab/lab/lab_state.h>

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <thread>
#include <utility>

namespace vethlab::internal {
namespace {

constexpr std::size_t kMostPast = 10;

// A fork has it as it was between two changes, whatever thread was making one.
class Labs {
 public:
  Labs() {
    ::pthread_atfork([] { all().mutex_.lock(); }, [] { all().mutex_.unlock(); },
                     [] { all().mutex_.unlock(); });
  }
  static Labs& all() {
    static Labs labs;
    return labs;
  }

  unsigned add(LabState& lab) {
    const std::lock_guard lock(mutex_);
    labs_.push_back(&lab);
    return ++made_;
  }
  void remove(LabState& lab) {
    const std::lock_guard lock(mutex_);
    std::erase(labs_, &lab);
    if (lab.asked_aside || lab.steps.first.empty()) return;
    if (past_.size() == kMostPast) past_.pop_front();
    past_.push_back({lab.living.id(), lab.made, std::move(lab.steps)});
  }
  std::deque<PastLab> take_past() {
    const std::lock_guard lock(mutex_);
    return std::exchange(past_, {});
  }
  std::vector<LabState*> now() {
    const std::lock_guard lock(mutex_);
    return labs_;
  }

 private:
  std::mutex mutex_;
  std::vector<LabState*> labs_ = {};
  unsigned made_ = 0;
  std::deque<PastLab> past_ = {};
};

}  // namespace

LivingLab::LivingLab(LabState& lab) : lab_(lab), id_(Labs::all().add(lab)) {}
LivingLab::~LivingLab() { Labs::all().remove(lab_); }

std::deque<PastLab> take_past_labs() { return Labs::all().take_past(); }

int living_labs() { return static_cast<int>(Labs::all().now().size()); }

std::vector<LabState*> labs_of_this_thread() {
  std::vector<LabState*> labs = Labs::all().now();
  std::erase_if(labs, [](const LabState* lab) {
    return lab->maker != std::this_thread::get_id() || !lab->keeper.is_mine();
  });
  return labs;
}

}  // namespace vethlab::internal
