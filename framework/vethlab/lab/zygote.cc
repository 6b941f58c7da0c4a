#include <vethlab/lab/zygote.h>

#include <vethlab/lab/orders.h>

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>

namespace vethlab::internal {
namespace {

struct OfProcess {
  pid_t process = ::getpid();
  std::mutex one_at_a_time = {};
  std::unique_ptr<netns::Zygote> zygote = {};
};

// Never destroyed: the zygote sees by itself that the process is gone.
std::atomic<OfProcess*> current = nullptr;

// A fork of the test has one of its own: the other's mutex may be locked for ever.
OfProcess& of_this_process() {
  OfProcess* found = current.load();
  if (found != nullptr && found->process == ::getpid()) return *found;
  auto fresh = std::make_unique<OfProcess>();
  if (current.compare_exchange_strong(found, fresh.get())) return *fresh.release();
  return *found;
}

}  // namespace

netns::Zygote& zygote() {
  OfProcess& mine = of_this_process();
  const std::lock_guard lock(mine.one_at_a_time);
  if (!mine.zygote || !mine.zygote->fits()) mine.zygote = std::make_unique<netns::Zygote>(obey);
  return *mine.zygote;
}

std::array<int, 2> zygote_descriptors() noexcept {
  OfProcess& mine = of_this_process();
  const std::lock_guard lock(mine.one_at_a_time);
  return mine.zygote ? mine.zygote->descriptors() : std::array{-1, -1};
}

}  // namespace vethlab::internal
