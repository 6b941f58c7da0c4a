// private
#pragma once

#include <vethlab/base/unique_fd.h>
#include <vethlab/netns/channel.h>
#include <vethlab/netns/fork_into.h>
#include <vethlab/netns/zygote_protocol.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace vethlab::netns {

struct Place;
class Worker;

// A small process, forked from the test before that has grown: whatever else need not be a fork of
// the test itself is forked from it, at the price of its own few pages. That is keepers, and the
// workers that start programs. Their parent is the test process all the same (CLONE_PARENT). It ends
// with the test process. Any thread.
class Zygote {
 public:
  // What a worker does that is forked from it: with C++'s library, as the zygote has one thread.
  using Work = void (*)(Worker&, Message order);

  explicit Zygote(Work work);  // throws Unsupported
  Zygote(const Zygote&) = delete;
  Zygote& operator=(const Zygote&) = delete;
  ~Zygote();

  // Whether what it forks would be as what this process forks: no if this is a fork of the process
  // that made it, or if that has since changed its user or entered other namespaces, or if it was killed.
  [[nodiscard]] bool fits() const;

  struct Child {
    pid_t pid = -1;
    UniqueFd pidfd;
  };
  Child make_keeper(std::uint64_t flags, int control);  // throws Refusal
  // `meanwhile`: what there is to do until it answers. By then `channel` may be closed here.
  Born make_worker(int channel, const Place& place, const std::function<void()>& meanwhile);

  // One of the machine's own programs, outside of all labs, to its end: stdout and stderr together.
  // A child of this process would be seen by the user's own wait(2). Throws Refusal.
  struct Ran {
    int status = 0;  // wait(2)
    std::string printed = {};
  };
  Ran run(const std::vector<std::string>& argv);

  [[nodiscard]] std::array<int, 2> descriptors() const { return {channel_.get(), process_.get()}; }

 private:
  struct Origin {
    Origin();
    pid_t pid = ::getpid();
    uid_t user = ::geteuid();
    gid_t group = ::getegid();
    std::array<ino_t, 4> places{};  // namespaces, and the root directory
    friend bool operator==(const Origin&, const Origin&) = default;
  };
  struct HardLimits : std::array<rlim_t, RLIM_NLIMITS> {
    HardLimits();
    [[nodiscard]] bool allow(const HardLimits& others) const;
  };
  Born ask(const ZygoteRequest& request, std::span<const int> descriptors,
           const std::function<void()>& meanwhile = {});

  std::mutex one_at_a_time_;
  Origin origin_;
  HardLimits limits_;  // in a lab's user namespace none can be raised
  UniqueFd channel_;
  UniqueFd process_;  // its pidfd
};

}  // namespace vethlab::netns
