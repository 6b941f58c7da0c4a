#include <vethlab/netns/worker.h>

#include <vethlab/base/errors.h>
#include <vethlab/netns/fork_into.h>
#include <vethlab/netns/quiet_clone.h>
#include <vethlab/netns/zygote.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <mutex>
#include <utility>

extern "C" void __gcov_dump() __attribute__((weak));  // there when built with --coverage

namespace vethlab::netns {
namespace {

constexpr int kMuteStatus = 125;

[[gnu::hot]] void flush() {
  std::fflush(nullptr);
  if (auto* const buffer = std::cout.rdbuf()) (void)buffer->pubsync();
}

}  // namespace

[[gnu::hot]] Worker::Worker(const Place& place) {
  auto [our_end, its_end] = Channel::pair();
  // By libc's own calls: C++'s would each be looked up anew in the worker.
  std::array<char, PATH_MAX> directory;
  const bool is_somewhere = ::getcwd(directory.data(), directory.size()) != nullptr;
  flush();  // else it would write once more what is buffered here
  other_threads_ = count_other_threads();
  const Born born = fork_into(place, 0, other_threads_ == 0);
  if (born.pid == 0) {
    our_end = Channel();
    settle(std::move(its_end), place.world);
    // setns(2) went to the root.
    directory_is_gone_ = is_somewhere && ::chdir(directory.data()) != 0 && errno == ENOENT;
    return;
  }
  channel_ = std::move(our_end);
  its_end = Channel();
  take(born);
  if (!place.world.is_complete()) await_entry();
}

Worker::Worker(Zygote& zygote, Place place, const Message& order) {
  auto ends = Channel::pair();
  channel_ = std::move(ends.first);
  const bool is_complete = place.world.is_complete();
  take(zygote.make_worker(ends.second.fd(), place, [&] {
    ends.second = Channel();
    send(encoded(Message::Kind::kWorld, std::move(place.world)));
    send(order);
  }));
  if (!is_complete) await_entry();
}

void Worker::take(const Born& born) {
  process_ = UniqueFd(born.pidfd);
  pid_ = born.pid;
  if (born.between > 0) wait_for_child(born.between);
  if (born.error != 0) throw Refusal{born.error, born.attempt, {}};
  if (process_) return;
  ::kill(pid_, SIGKILL);  // there was no room for its descriptor
  wait_for_child(pid_);
  throw Refusal{EMFILE, "receive a worker's descriptor", {}};
}

// What it has to say before that waits.
void Worker::await_entry() {
  const auto deadline = Deadline::in(std::chrono::seconds(60));
  for (;;) {
    auto said = channel_.receive(deadline, process_.get());
    if (!said) {
      give_up();
      throw WorkerFailed("a worker ended before it had entered its node");
    }
    if (said->kind == Message::Kind::kEntered) return;
    if (said->kind == Message::Kind::kRefused) {
      int error = 0;
      std::memcpy(&error, said->bytes.data(), sizeof error);
      give_up();
      throw Refusal{error, said->bytes.substr(sizeof error), {}};
    }
    early_.push_back(std::move(*said));
  }
}

[[gnu::hot]] void Worker::settle(Channel channel, const mounts::World& world) {
  inside_ = true;
  pid_ = ::getpid();
  channel_ = std::move(channel);
  ::setsid();
  if (world.is_complete()) return;  // nothing that could be refused, and nobody waits
  try {
    mounts::make_world(world);
  } catch (const Refusal& refusal) {
    const auto* const error = reinterpret_cast<const char*>(&refusal.error);
    send(Message::Kind::kRefused, std::string(error, sizeof refusal.error) + refusal.attempt);
    ::_exit(0);
  }
  send(Message::Kind::kEntered, {});
}

void Worker::give_up() {
  if (!process_ || ::getpid() != owner_) return;  // in a fork of the test it is not ours to end
  kill_group();
  channel_ = Channel();  // where this process has changed its user, the signal was refused
  (void)wait(Deadline(Deadline::Clock::time_point::max()));
}

Worker::~Worker() {
  if (!inside_) give_up();
}

[[gnu::hot]] bool Worker::is_stray() const { return ::getpid() != pid_; }

[[gnu::hot]] void Worker::send(Message::Kind kind, std::string_view bytes,
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

[[gnu::hot]] void Worker::leave() {
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
