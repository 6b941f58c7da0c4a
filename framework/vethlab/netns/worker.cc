#include <vethlab/netns/worker.h>

#include <vethlab/base/errors.h>
#include <vethlab/netns/quiet_clone.h>
#include <vethlab/netns/zygote.h>

#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <system_error>
#include <utility>

extern "C" void __gcov_dump() __attribute__((weak));  // there when built with --coverage

namespace vethlab::netns {
namespace {

constexpr int kMuteStatus = 125;

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void flush() {
  std::fflush(nullptr);
  std::cout.flush();
}

}  // namespace

Worker::Worker(const Place& place) {
  auto [our_end, its_end] = Channel::pair();
  flush();  // else it would write once more what is buffered here
  other_threads_ = count_other_threads();
  const pid_t between = quiet_fork();
  if (between < 0) throw Refusal{errno, "fork()", {}};
  if (between == 0) {
    channel_ = std::move(its_end);
    our_end = Channel();
    std::error_code none;
    const auto directory = std::filesystem::current_path(none);
    go_in(place);
    settle(place.world);
    std::filesystem::current_path(directory, none);  // setns(2) went to the root
    return;
  }
  channel_ = std::move(our_end);
  its_end = Channel();
  await_entry(between);
}

Worker::Worker(Zygote& zygote, Place place) {
  auto [our_end, its_end] = Channel::pair();
  const pid_t between = zygote.make_worker(its_end.fd(), place);
  channel_ = std::move(our_end);
  its_end = Channel();
  send(encoded(Message::Kind::kWorld, std::move(place.world)));
  await_entry(between);
}

// The process between says who the worker is, the worker that it is in its place and what it then
// has to say: the one may come after all of the other.
void Worker::await_entry(pid_t between) {
  struct Reaped {  // at last: it ends while the worker begins
    pid_t child;
    ~Reaped() { wait_for_child(child); }
  } const reaped{between};
  const auto deadline = Deadline::in(std::chrono::seconds(60));
  bool entered = false;
  while (!process_ || !entered) {
    auto said = channel_.receive(deadline, process_.get());
    if (!said) {
      give_up();
      throw WorkerFailed("a worker ended before it had entered its node");
    }
    if (said->kind == Message::Kind::kMade && said->descriptors.size() == 1) {
      process_ = std::move(said->descriptors[0]);
      std::memcpy(&pid_, said->bytes.data(), sizeof pid_);
    } else if (said->kind == Message::Kind::kEntered) {
      entered = true;
    } else if (entered) {
      early_.push_back(std::move(*said));
    } else if (said->kind == Message::Kind::kRefused) {
      Refusal refusal;
      std::memcpy(&refusal.error, said->bytes.data(), sizeof refusal.error);
      refusal.attempt = said->bytes.substr(sizeof refusal.error);
      give_up();
      throw refusal;
    }
  }
}

void Worker::refuse(int error, std::string_view attempt) {
  send(Message::Kind::kRefused, bytes_of(error).append(attempt));
  ::_exit(0);
}

// Runs in the process between: setns(2) moves children alone into a pid namespace, so that the
// worker is one more clone, whose parent (CLONE_PARENT) is the test.
void Worker::go_in(const Place& place) {
  inside_ = true;
  const int dumpable = ::prctl(PR_GET_DUMPABLE);
  const int own = place.own_user_namespace ? CLONE_NEWUSER : 0;
  const bool in_node = place.mounts >= 0;
  if (::setns(place.init, own | CLONE_NEWPID | (in_node ? 0 : CLONE_NEWNS)) != 0)
    refuse(errno, own != 0 ? "setns(CLONE_NEWUSER | CLONE_NEWPID)" : "setns(CLONE_NEWPID)");
  if (in_node && ::setns(place.mounts, CLONE_NEWNS) != 0) refuse(errno, "setns(CLONE_NEWNS)");
  if (in_node && ::setns(place.uts, CLONE_NEWUTS) != 0) refuse(errno, "setns(CLONE_NEWUTS)");
  if (::setns(place.netns, CLONE_NEWNET) != 0) refuse(errno, "setns(CLONE_NEWNET)");
  ::prctl(PR_SET_DUMPABLE, dumpable);  // gained capabilities took it: debuggers and cores need it

  int pidfd = -1;
  const pid_t pid = quiet_clone(CLONE_PARENT | CLONE_PIDFD, &pidfd);
  if (pid < 0) refuse(errno, "clone3(CLONE_PARENT | CLONE_PIDFD)");
  if (pid > 0) {
    std::vector<UniqueFd> handed;
    handed.emplace_back(pidfd);
    send(Message::Kind::kMade, bytes_of(pid), handed);
    ::_exit(0);
  }
  pid_ = ::getpid();
  ::setsid();
}

void Worker::settle(const World& world) {
  try {
    make_world(world);
  } catch (const Refusal& refusal) {
    refuse(refusal.error, refusal.attempt);
  }
  send(Message::Kind::kEntered, {});
}

void Worker::give_up() {
  if (!process_ || ::getpid() != owner_) return;  // in a fork of the test it is not ours to end
  kill_group();
  (void)wait(Deadline(Deadline::Clock::time_point::max()));
}

Worker::~Worker() {
  if (!inside_) give_up();
}

bool Worker::is_stray() const { return ::getpid() != pid_; }

void Worker::send(Message::Kind kind, std::string_view bytes,
                  const std::vector<UniqueFd>& descriptors) {
  // A stack is one packet, and goes between the others: who crashes may hold the lock.
  std::unique_lock lock(sending_, std::defer_lock);
  if (kind != Message::Kind::kStack) lock.lock();
  if (!channel_.send(kind, bytes, descriptors) && inside_) ::_exit(kMuteStatus);
}

std::optional<Message> Worker::receive(Deadline deadline) {
  if (early_.empty()) return channel_.receive(deadline, process_.get());
  Message message = std::move(early_.front());
  early_.pop_front();
  return message;
}

// Nothing else is ever sent to a fork of the test. Where the channel has ended the test is gone, or has no
// more use for the worker.
void Worker::await_acknowledgement() {
  char byte = 0;
  while (::recv(channel_.fd(), &byte, sizeof byte, 0) < 0 && errno == EINTR) {
  }
}

void Worker::acknowledge() {
  const char byte = 0;
  (void)!::send(channel_.fd(), &byte, sizeof byte, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Worker::leave() {
  flush();
  if (__gcov_dump != nullptr) __gcov_dump();
  ::_exit(0);
}

std::optional<Worker::Ended> Worker::wait(Deadline deadline) {
  pollfd end{process_.get(), POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&end, 1, deadline.poll_timeout())) <= 0) {
    if (ready == 0 && deadline.over()) return std::nullopt;
  }
  siginfo_t info{};
  const bool ours =
      ::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED | __WALL) == 0;
  process_ = UniqueFd();
  Ended ended;
  if (!ours) return ended;
  if (info.si_code != CLD_EXITED) ended.signal = info.si_status;
  else if (info.si_status == kMuteStatus) ended.mute = true;
  else ended.status = info.si_status;
  return ended;
}

void Worker::signal(int number) const {
  ::syscall(SYS_pidfd_send_signal, process_.get(), number, nullptr, 0);
}

void Worker::signal_group(int number) const {
  ::kill(-pid_, number);  // its session's first group, once it has one
  signal(number);
}

}  // namespace vethlab::netns
