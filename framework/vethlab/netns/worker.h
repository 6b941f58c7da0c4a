// private
#pragma once

#include <vethlab/base/deadline.h>
#include <vethlab/base/unique_fd.h>
#include <vethlab/netns/world.h>

#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vethlab::netns {

// Where a worker is to run.
struct Place {
  int init = -1;  // pidfd of the first process of the lab's pid namespace
  bool own_user_namespace = true;
  int netns = -1;
  World world = {};
};

// What a worker says. A message is of any size and carries any number of descriptors.
struct Message {
  enum class Kind : std::uint8_t {
    kMade,
    kEntered,
    kRefused,
    kReport,
    kStray,
    kThrew,
    kStack,
    kValue,
    kDone
  };
  Kind kind = Kind::kDone;
  std::string bytes = {};
  std::vector<UniqueFd> descriptors = {};
};

// A fork of the test process, inside a node and the lab's world, for the user's own code: the
// constructor returns twice. In a session of its own, so that all of it can be killed together.
//
// It is a child of the test process, and no child of its: with exit signal 0, so that no wait(2) and
// no SIGCHLD handler of the user's sees it. (Where the test has threads, only fork(2) leaves the
// allocator usable, and that has SIGCHLD.)
class Worker {
 public:
  // Throws Refusal in the test process; in the worker never.
  explicit Worker(const Place& place);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();  // in the test process: kills it if it is still there

  [[nodiscard]] bool inside() const { return inside_; }

  // ---- In the worker

  // Waits while the test is not reading. Where the descriptor is gone, ends the worker: the test
  // then hears Ended::kMute.
  void send(Message::Kind kind, std::string_view bytes,
            const std::vector<UniqueFd>& descriptors = {});
  [[noreturn]] void leave();            // _exit(0), with what stdio holds written
  [[nodiscard]] bool is_stray() const;  // in a fork of the worker

  // ---- In the test process

  // The next message; none when the deadline is over, or when it has ended and said all.
  std::optional<Message> receive(Deadline deadline);

  struct Ended {
    bool mute = false;  // it closed the descriptor by which it answers
    std::optional<int> status = {};
    std::optional<int> signal = {};  // neither: somebody else waited for it
  };
  // Waits for its end.
  std::optional<Ended> wait(Deadline deadline);

  void signal(int number) const;
  void kill_group() const;  // SIGKILL, its whole process group
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int other_threads() const { return other_threads_; }  // of the test, at the fork

 private:
  void go_in(const Place& place);
  void await_entry();
  void give_up();
  std::optional<Message> next_message(Deadline deadline);
  bool take_packet(Message& message, bool& more);

  pid_t owner_ = ::getpid();
  bool inside_ = false;
  pid_t pid_ = -1;
  int other_threads_ = 0;
  std::deque<Message> early_;
  UniqueFd channel_;
  UniqueFd process_;  // its pidfd
};

}  // namespace vethlab::netns
