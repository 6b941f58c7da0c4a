#include <vethlab/netns/one_processor.h>

#include <cstddef>

namespace vethlab::netns {

int processor_here() { return ::sched_getcpu(); }

void stay_on(pid_t process, int processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) return;
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(static_cast<std::size_t>(processor), &only);
  (void)::sched_setaffinity(process, sizeof only, &only);
}

OneProcessor::OneProcessor() : known_(::sched_getaffinity(0, sizeof before_, &before_) == 0) {
  if (known_) stay_on(0, processor_here());
}

void OneProcessor::give_back() const {
  if (known_) (void)::sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace vethlab::netns
