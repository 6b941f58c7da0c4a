// private
#pragma once

#include <vethlab/base/deadline.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/mounts/world.h>
#include <vethlab/netns/channel.h>

#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace vethlab::netns {

class Zygote;
struct Born;

// Where a worker is to run.
struct Place {
  int init = -1;  // pidfd of the first process of the lab's pid namespace
  bool own_user_namespace = true;
  int netns = -1;
  mounts::World world = {};
  int mounts = -1;  // of its node (node_world.h), with uts; -1: the lab's, and the machine's uts
  int uts = -1;
};

// A process inside a node and the lab's world, in a session of its own, so that all of it can be
// killed together. It is a child of the test process, and no child of its: with exit signal 0, so
// that no wait(2) and no SIGCHLD handler of the user's sees it. (Where the test has threads, only
// fork(2) leaves the allocator usable, and that has SIGCHLD.)
class Worker {
 public:
  // A fork of the test process, for the user's own code: returns twice. Throws Refusal in the test
  // process; in the worker never.
  explicit Worker(const Place& place);
  // A fork of the zygote, which does the zygote's work: returns in the test process alone. The order is
  // on its way before the worker is there, which saves two changes of process.
  Worker(Zygote& zygote, Place place, const Message& order);
  // In a fork of the zygote, which settle() then makes the worker.
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();  // in the test process: kills it if it is still there

  [[nodiscard]] bool inside() const { return inside_; }

  // ---- In either

  // Waits while the other is not reading. Where the worker's descriptor is gone, it ends: the test
  // then hears Ended::kMute. Where the worker is gone, the test finds that out when it receives.
  void send(Message::Kind kind, std::string_view bytes,
            const std::vector<UniqueFd>& descriptors = {});
  void send(const Message& message) { send(message.kind, message.bytes, message.descriptors); }
  // What the other said. None when the deadline is over, or when the other has ended and said all.
  std::optional<Message> receive(Deadline deadline);

  // ---- In the worker

  // Makes what is missing of the world, if anything is, and tells the test that it is there; or ends
  // where that is refused.
  void settle(Channel channel, const mounts::World& world);
  // Waits until the test has acknowledged one message; while it doesn't read, for ever.
  void await_acknowledgement();
  [[noreturn]] void leave();            // _exit(0), with what stdio holds written
  [[nodiscard]] bool is_stray() const;  // in a fork of the worker
  // The test's, which the worker should be in, is not there in the lab: it is in the root.
  [[nodiscard]] bool directory_is_gone() const { return directory_is_gone_; }

  // ---- In the test process

  // Never waits; a worker that is gone needs none.
  void acknowledge();

  struct Ended {
    bool mute = false;  // it closed the descriptor by which it answers
    std::optional<int> status = {};
    std::optional<int> signal = {};  // neither: somebody else waited for it
  };
  // Waits for its end.
  std::optional<Ended> wait(Deadline deadline);
  [[nodiscard]] bool has_ended(Deadline deadline) const;

  void signal(int number) const;
  void signal_group(int number) const;  // its whole process group
  void kill_group() const { signal_group(SIGKILL); }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int fd() const { return channel_.fd(); }  // there is a message, or the end
  [[nodiscard]] int other_threads() const { return other_threads_; }  // of the test, at the fork

 private:
  void take(const Born& born);
  void await_entry();
  void give_up();

  pid_t owner_ = ::getpid();
  bool inside_ = false;
  bool directory_is_gone_ = false;
  pid_t pid_ = -1;
  int other_threads_ = 0;
  std::mutex sending_;  // in the worker: what its threads say, one message after the other
  std::deque<Message> early_;
  Channel channel_;
  UniqueFd process_;  // its pidfd
};

}  // namespace vethlab::netns
