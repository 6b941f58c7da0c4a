#include <vethlab/netns/worker.h>

#include <vethlab/base/errors.h>
#include <vethlab/netns/fork_into.h>
#include <vethlab/netns/one_processor.h>
#include <vethlab/netns/quiet_clone.h>
#include <vethlab/netns/zygote.h>

#include <poll.h>
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

void flush() {
  std::fflush(nullptr);
  std::cout.flush();
}

}  // namespace

Worker::Worker(const Place& place) {
  auto [our_end, its_end] = Channel::pair();
  std::error_code none;
  const auto directory = std::filesystem::current_path(none);
  flush();  // else it would write once more what is buffered here
  other_threads_ = count_other_threads();
  const OneProcessor until_it_is_there;
  const pid_t between = fork_into(place, its_end, 0);
  if (between < 0) throw Refusal{errno, "fork()", {}};
  if (between == 0) {
    until_it_is_there.give_back();
    our_end = Channel();
    settle(std::move(its_end), place.world);
    if (!none) std::filesystem::current_path(directory, none);  // setns(2) went to the root
    directory_is_gone_ = none == std::errc::no_such_file_or_directory;
    return;
  }
  channel_ = std::move(our_end);
  its_end = Channel();
  await_entry(between, place.world.is_complete());
}

Worker::Worker(Zygote& zygote, Place place, const Message& order) {
  auto ends = Channel::pair();
  channel_ = std::move(ends.first);
  const bool is_complete = place.world.is_complete();
  const pid_t between = zygote.make_worker(ends.second.fd(), place, [&] {
    ends.second = Channel();
    send(encoded(Message::Kind::kWorld, std::move(place.world)));
    send(order);
  });
  await_entry(between, is_complete);
}

// The process between says who the worker is, the worker that it is in its place and what it then
// has to say: the one may come after all of the other.
void Worker::await_entry(pid_t between, bool entered) {
  struct Reaped {  // at last: it ends while the worker begins
    pid_t child;
    ~Reaped() { wait_for_child(child); }
  } const reaped{between};
  const auto deadline = Deadline::in(std::chrono::seconds(60));
  while (!process_ || !entered) {
    auto said = channel_.receive(deadline, process_.get());
    if (!said) {
      give_up();
      throw WorkerFailed("a worker ended before it had entered its node");
    }
    if (said->kind == Message::Kind::kMade) {
      std::memcpy(&pid_, said->bytes.data(), sizeof pid_);
      if (said->descriptors.empty()) {  // there was no room for it
        ::kill(pid_, SIGKILL);
        wait_for_child(pid_);
        throw Refusal{EMFILE, "receive a worker's descriptor", {}};
      }
      process_ = std::move(said->descriptors[0]);
    } else if (said->kind == Message::Kind::kEntered) {
      entered = true;
    } else if (said->kind == Message::Kind::kRefused) {
      int error = 0;
      std::memcpy(&error, said->bytes.data(), sizeof error);
      give_up();
      throw Refusal{error, said->bytes.substr(sizeof error), {}};
    } else {
      early_.push_back(std::move(*said));
    }
  }
}

void Worker::settle(Channel channel, const mounts::World& world) {
  inside_ = true;
  pid_ = ::getpid();
  channel_ = std::move(channel);
  ::setsid();
  if (world.is_complete()) return;  // nothing that could be refused, and nobody waits
  try {
    mounts::make_world(world);
  } catch (const Refusal& refusal) {
    refuse(channel_, refusal.error, refusal.attempt);
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

bool Worker::has_ended(Deadline deadline) const {
  pollfd end{process_.get(), POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&end, 1, deadline.poll_timeout())) <= 0)
    if (ready == 0 && deadline.over()) return false;
  return true;
}

std::optional<Worker::Ended> Worker::wait(Deadline deadline) {
  if (!has_ended(deadline)) return std::nullopt;
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
